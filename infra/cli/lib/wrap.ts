/** Lines are at most so wide, also on a terminal that is wider: longer ones are hard to read. */
const WIDEST = 100
const NARROWEST = 40

/** The width of lines on this stream, in characters. */
export const lineWidth = ({
  columns = WIDEST,
}: Pick<NodeJS.WriteStream, 'columns'> | { readonly columns?: number }): number =>
  Math.max(NARROWEST, Math.min(columns, WIDEST))

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
