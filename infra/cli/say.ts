import { styleText } from 'node:util'

/** Writes lines for a person. */
export interface Voice {
  readonly line: (text?: string) => void
  readonly lines: (texts: readonly string[]) => void
  /** The beginning of something. */
  readonly heading: (text: string) => void
}

/** Colours only on a terminal that has them, and not where NO_COLOR is set: `styleText` asks the stream. */
export function voiceOn(stream: NodeJS.WriteStream): Voice {
  const line = (text = ''): void => {
    stream.write(`${text}\n`)
  }
  return {
    line,
    lines: (texts) => line(texts.map((text) => `  ${text}`).join('\n')),
    heading: (text) => line(`\n${styleText('bold', text, { stream })}`),
  }
}
