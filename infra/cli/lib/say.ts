import { styleText } from 'node:util'
import { lineWidth, wrapped } from './wrap.ts'

/** Writes lines for a person. */
export interface Voice {
  readonly line: (text?: string) => void
  readonly lines: (texts: readonly string[]) => void
  /** Sentences, indented, broken where the terminal ends. */
  readonly paragraph: (text: string) => void
  /** Characters that an indented line may have. */
  readonly width: number
  /** The beginning of something. */
  readonly heading: (text: string) => void
}

/** Colours only on a terminal that has them, and not where NO_COLOR is set: `styleText` asks the stream. */
export function voiceOn(stream: NodeJS.WriteStream): Voice {
  const line = (text = ''): void => {
    stream.write(`${text}\n`)
  }
  const width = lineWidth(stream) - 2
  return {
    line,
    lines: (texts) => line(texts.map((text) => `  ${text}`).join('\n')),
    paragraph: (text) =>
      line(
        wrapped(text, width)
          .map((one) => `  ${one}`)
          .join('\n'),
      ),
    width,
    heading: (text) => line(`\n${styleText('bold', text, { stream })}`),
  }
}
