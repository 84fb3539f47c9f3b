import { stripVTControlCharacters } from 'node:util'

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

/** Lines of a table for a terminal: columns as wide as their widest cell, two spaces between them. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
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

/** In characters, without colours. */
const widthOf = (cell: string): number => [...stripVTControlCharacters(cell)].length

/** `1247.5` → `1,247.5`: for the eye only. */
export const grouped = (digits: string): string => {
  const [whole = '', fraction] = digits.split('.')
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? groups : `${groups}.${fraction}`
}
