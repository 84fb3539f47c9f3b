import bidiFactory from 'bidi-js'
import { fontOf, type ReceiptFont } from './receipt-fonts.ts'

/** Its types describe an ES module, but the file is CommonJS: the import is the factory itself. */
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)()

/** A part of a line that is drawn at once: in one font and one direction, its letters in the order in which they are read. */
export interface Run {
  readonly text: string
  readonly font: ReceiptFont
}

interface LeveledRun extends Run {
  /** Odd: from right to left. */
  readonly level: number
}

/** The runs of a line from left to right, as Arabic and Hebrew with other scripts among them stand (UAX #9). */
export function runsOf(line: string): readonly Run[] {
  const { levels } = bidi.getEmbeddingLevels(line, 'auto')
  const runs: LeveledRun[] = []
  for (const { segment, index } of new Intl.Segmenter('en').segment(line)) {
    const level = levels[index] ?? 0
    const letter = level % 2 === 1 ? (bidi.getMirroredCharacter(segment) ?? segment) : segment
    const last = runs.at(-1)
    const font = segment.trim() === '' && last !== undefined ? last.font : (fontOf(segment) ?? 'plain')
    if (last !== undefined && last.level === level && last.font === font)
      runs.splice(-1, 1, { ...last, text: last.text + letter })
    else runs.push({ text: letter, font, level })
  }
  return reordered(runs)
}

/** UAX #9, L2: from the highest level down to the lowest odd one, reverses every run at that level or above. */
function reordered(runs: readonly LeveledRun[]): readonly LeveledRun[] {
  const order = [...runs]
  const highest = Math.max(0, ...runs.map(({ level }) => level))
  for (let level = highest; level >= 1; level -= 1) {
    for (let from = 0; from < order.length; from += 1) {
      let to = from
      while ((order[to]?.level ?? -1) >= level) to += 1
      if (to - from > 1) order.splice(from, to - from, ...order.slice(from, to).reverse())
      from = Math.max(from, to)
    }
  }
  return order
}

/**
 * Breaks a text into lines: between words, and where a word is longer than a line, within it.
 *
 * @param fits whether a line has room for this text
 */
export function wrapped(text: string, fits: (line: string) => boolean): readonly string[] {
  const lines: string[] = []
  let line = ''
  const add = (part: string): void => {
    if (line !== '' && !fits(`${line}${part}`.trimEnd())) {
      lines.push(line.trimEnd())
      line = part.trimStart()
    } else line += part
  }
  for (const { segment: word } of new Intl.Segmenter('en', { granularity: 'word' }).segment(text)) {
    if (fits(word)) add(word)
    else for (const { segment: letter } of new Intl.Segmenter('en').segment(word)) add(letter)
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line.trimEnd()]
}
