import { type Entry, effectOf } from '../../../../shared/ledger/entries/entries.ts'
import type { Grant } from '../../../../shared/ledger/entries/limits.ts'
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
  whatOf(entry),
  whoOf(entry),
  changeOf(entry),
  grouped(amountText(balance).eur),
  String(header.seq),
  entry.kind === 'charge' ? entry.id : '',
]

function whatOf(entry: Entry): string {
  switch (entry.kind) {
    case 'open':
      return 'account opened'
    case 'grant':
    case 'adjustment':
      return `${entry.kind}: ${entry.reason}${referenceOf(entry.reference)}`
    case 'refund':
      return `refund of ${entry.of.source} ${entry.of.id}: ${entry.reason}${referenceOf(entry.reference)}`
    case 'rerating':
      return `re-rating of ${entry.of.source} ${entry.of.id} to version ${entry.rateCard}: ${entry.reason}${referenceOf(entry.reference)}`
    case 'reversal':
      return `reversal of ${entry.of}: ${entry.reason}${referenceOf(entry.reference)}`
    case 'settings':
      return 'settings changed'
    case 'top-up':
      return `top-up ${entry.key}, paid ${entry.paid.toFixed(2)} € (${entry.provider} ${entry.payment})`
    case 'top-up-ended':
      return `top-up ${entry.key} ended: ${entry.reason}`
    case 'reconciled':
      return `payments held against the log of epoch ${entry.epoch}: automatic top-up goes on`
    case 'top-up-wanted':
      return `top-up ${entry.key} wanted, to be paid ${entry.paid.toFixed(2)} €`
    case 'top-up-not-paid':
      return `top-up ${entry.key} was not paid`
    case 'top-up-retry':
      return `top-up tried again: ${entry.cause}`
    case 'payment-reversal':
      return `${entry.cause} of top-up ${entry.key} (${entry.provider} ${entry.taking})`
    case 'limits':
      return 'limits changed'
    case 'user-tiers':
      return `tiers: ${entry.tiers.map(([user, tier]) => `${user} ${tier ?? 'as new users'}`).join(', ')}`
    case 'upgrade-request':
      return `${entry.user} asks for ${grantText(entry.wish)} for ${entry.category}: ${entry.reason}`
    case 'upgrade-decision':
      return `${entry.user} gets ${grantText(entry.granted)} for ${entry.category}${referenceOf(entry.word)}`
    case 'restore':
      return `log restored: ${entry.reason}`
    case 'charge':
      return entry.service
  }
}

function grantText(grant: Grant): string {
  if (grant.kind === 'tier') return `tier ${grant.tier}`
  return grant.kind === 'amount' ? `${amountText(grant.credits).eur} € more` : 'nothing'
}

const referenceOf = (reference: string | undefined): string => (reference === undefined ? '' : ` (${reference})`)

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
