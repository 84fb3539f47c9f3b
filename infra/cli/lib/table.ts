import { stripVTControlCharacters } from 'node:util'
import { amountText, type Credits } from '../../../shared/money/amounts.ts'
import { wrapped } from './voice.ts'

/** What is left of the last column on a terminal too narrow for the others. */
const NARROWEST_COLUMN = 16

/**
 * Lines of a table for a terminal: columns as wide as their widest cell, two spaces between them.
 *
 * @param columns titles; `>Credits`: the column's cells stand at the right
 * @param width where given, the last column is broken into several lines to keep within it
 */
export function tableLines(
  columns: readonly string[],
  given: readonly (readonly string[])[],
  { width = Number.POSITIVE_INFINITY, hasTotal = false }: { readonly width?: number; readonly hasTotal?: boolean } = {},
): readonly string[] {
  const titles = columns.map((column) => column.replace(/^>/, ''))
  const last = columns.length - 1
  const widest = (rows: readonly (readonly string[])[], place: number): number =>
    Math.max(...[titles, ...rows].map((row) => widthOf(row[place] ?? '')))
  const others = titles.slice(0, last).reduce((sum, _, place) => sum + widest(given, place) + 2, 0)
  const room = Math.max(NARROWEST_COLUMN, width - others)
  const rows = given.flatMap((row) => broken(row, last, room))
  const widths = titles.map((_, place) => widest(rows, place))
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, place) => {
        const cell = cells[place] ?? ''
        const blank = ' '.repeat((widths[place] ?? 0) - widthOf(cell))
        return column.startsWith('>') ? blank + cell : cell + blank
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((one) => '─'.repeat(one)).join('  ')
  const lines = rows.map(line)
  return [line(titles), rule, ...(hasTotal ? lines.toSpliced(-1, 0, rule) : lines)]
}

/** A row whose last cell takes several lines is several rows, the others empty in all but the first. */
function broken(row: readonly string[], last: number, room: number): readonly (readonly string[])[] {
  const lines = Number.isFinite(room) ? wrapped(row[last] ?? '', room) : [row[last] ?? '']
  return lines.map((line, place) => [...row.slice(0, last).map((cell) => (place === 0 ? cell : '')), line])
}

/** In characters, without colours. */
const widthOf = (cell: string): number => [...stripVTControlCharacters(cell)].length

/** `1247.5` → `1,247.5`: for the eye only. */
export function grouped(digits: string | number): string {
  const [whole = '', fraction] = String(digits).split('.')
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? groups : `${groups}.${fraction}`
}

/** `3 accounts`, `1 entry`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`

const SHOWN_CHARACTERS = 80

/** Makes a sent name or reason safe for a terminal: without invisible characters, and short. */
export function shown(text: string): string {
  const clean = visible(text)
  return clean.length > SHOWN_CHARACTERS ? `${clean.slice(0, SHOWN_CHARACTERS - 1)}…` : clean
}

/** The same at its full length. */
export const visible = (text: string): string => text.replaceAll(/\p{C}/gu, '�')

/** `0.026533 € (2.6533 credits)`: exact. */
export function amountWords(amount: Credits): string {
  const { eur, credits } = amountText(amount)
  return `${grouped(eur)} € (${grouped(credits)} credits)`
}
