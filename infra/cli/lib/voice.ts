import { once } from 'node:events'
import { styleText } from 'node:util'

/** Lines are at most so wide, also on a wider terminal: longer ones are hard to read. */
const WIDEST = 100
const NARROWEST = 40

/** Writes lines for a person. */
export interface Voice {
  readonly line: (text?: string) => void
  /** Indented. */
  readonly lines: (texts: readonly string[]) => void
  /** Sentences, indented, broken where the terminal ends. */
  readonly paragraph: (text: string) => void
  readonly heading: (text: string) => void
  /** Characters that an indented line may have. */
  readonly width: number
}

/** Colours only on a terminal that has them, and not where NO_COLOR is set: `styleText` asks the stream. */
export function voiceOn(stream: NodeJS.WriteStream): Voice {
  const line = (text = ''): void => {
    stream.write(`${text}\n`)
  }
  const lines = (texts: readonly string[]): void => line(texts.map((text) => `  ${text}`).join('\n'))
  const width = Math.max(NARROWEST, Math.min(stream.columns ?? WIDEST, WIDEST)) - 2
  return {
    line,
    lines,
    paragraph: (text) => lines(wrapped(text, width)),
    heading: (text) => line(`\n${styleText('bold', text, { stream })}`),
    width,
  }
}

/** Writes a line to standard output, and waits where the reader is slower: a log is longer than memory. */
export async function writeLine(line: string): Promise<void> {
  const stream = process.stdout
  if (stream.destroyed || stream.write(`${line}\n`)) return
  // A reader that left, as `head` does, never drains.
  await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined)
}

/** Breaks a text between words, and within a word only where it alone is wider. Never empty. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((one) => pieces(one, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

const pieces = (word: string, width: number): readonly string[] =>
  word.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [word]
