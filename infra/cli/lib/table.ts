import { stripVTControlCharacters } from 'node:util'
import { wrapped } from './wrap.ts'

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

/** What is left of the last column on a terminal too narrow for the others. */
const NARROWEST_COLUMN = 16

/**
 * Lines of a table for a terminal: columns as wide as their widest cell, two spaces between them.
 *
 * @param width where given, the last column is broken into several lines to keep within it
 */
export function tableLines(
  columns: readonly Column[],
  given: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): readonly string[] {
  const others = columns
    .slice(0, -1)
    .map((_, place) => Math.max(...[titleOf(columns, place), ...given.map((row) => row[place] ?? '')].map(widthOf)))
  const room = Math.max(NARROWEST_COLUMN, width - others.reduce((sum, one) => sum + one + 2, 0))
  const rows = given.flatMap((row) => broken(row, columns.length - 1, room))
  const widths = columns.map(({ title }, place) =>
    Math.max(...[title, ...rows.map((row) => row[place] ?? '')].map(widthOf)),
  )
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, place) => {
        const cell = cells[place] ?? ''
        const room = ' '.repeat((widths[place] ?? 0) - widthOf(cell))
        return align === 'left' ? cell + room : room + cell
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)]
}

const titleOf = (columns: readonly Column[], place: number): string => columns[place]?.title ?? ''

/** A row whose last cell takes several lines is several rows, the others empty in all but the first. */
function broken(row: readonly string[], last: number, room: number): readonly (readonly string[])[] {
  const lines = Number.isFinite(room) ? wrapped(row[last] ?? '', room) : [row[last] ?? '']
  return lines.map((line, place) => [...row.slice(0, last).map((cell) => (place === 0 ? cell : '')), line])
}

/** In characters, without colours. */
const widthOf = (cell: string): number => [...stripVTControlCharacters(cell)].length

/** `1247.5` → `1,247.5`: for the eye only. */
export const grouped = (digits: string): string => {
  const [whole = '', fraction] = digits.split('.')
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? groups : `${groups}.${fraction}`
}
