import { type Entry, effectOf, wordsOf } from '../../../../shared/ledger/entries/entries.ts'
import { amountText, minus, noCredits } from '../../../../shared/money/amounts.ts'
import { instantText } from '../../../../shared/time/instant.ts'
import { grouped, shown, tableLines } from '../table.ts'
import { type Logged, timeOf } from './logged-entries.ts'

const COLUMNS = ['Time (UTC)', 'What', 'Who', '>Amount (€)', '>Balance (€)', '>Page', 'Id']
const HEADING_LINES = 2

/** Lines for more and more entries: one heading, and columns that only grow, since later entries may be wider. */
export class EntryTable {
  #widths: readonly number[] = COLUMNS.map(() => 0)
  #isBegun = false

  lines(logged: readonly Logged[]): readonly string[] {
    if (logged.length === 0) return []
    const rows = logged.map((one) => cellsOf(one).map(shown))
    this.#widths = this.#widths.map((width, place) =>
      Math.max(width, ...rows.map((row) => [...(row[place] ?? '')].length)),
    )
    const columns = COLUMNS.map((title, place) => {
      const width = this.#widths[place] ?? 0
      return title.startsWith('>') ? `>${title.slice(1).padStart(width)}` : title.padEnd(width)
    })
    const lines = tableLines(columns, rows)
    const isFirst = !this.#isBegun
    this.#isBegun = true
    return isFirst ? lines : lines.slice(HEADING_LINES)
  }
}

const cellsOf = ({ entry, header, balance }: Logged): readonly string[] => [
  instantText(timeOf(entry)).slice(0, 19).replace('T', ' '),
  wordsOf(entry),
  whoOf(entry),
  changeOf(entry),
  grouped(amountText(balance).eur),
  String(header.seq),
  entry.kind === 'charge' ? entry.id : '',
]

function whoOf(entry: Entry): string {
  if ('approvedBy' in entry && entry.approvedBy !== undefined) return `${entry.actor}, approved by ${entry.approvedBy}`
  if (entry.kind !== 'charge') return entry.actor
  return entry.group === undefined ? entry.user : `${entry.user} (${entry.group})`
}

function changeOf(entry: Entry): string {
  const { credited, charged } = effectOf(entry)
  if (charged !== undefined) return grouped(amountText(minus(noCredits, charged)).eur)
  if (credited === undefined) return ''
  return `${credited.gt(0) ? '+' : ''}${grouped(amountText(credited).eur)}`
}
