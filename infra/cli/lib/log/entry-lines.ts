import { type Entry, effectOf } from '../../../../shared/ledger/entries/entries.ts'
import type { Grant } from '../../../../shared/ledger/entries/limits.ts'
import { plain } from '../../../../shared/money/exact.ts'
import { instantText } from '../../../../shared/time/instant.ts'
import { type Column, grouped, tableLines } from '../table.ts'
import { type Logged, timeOf } from './logged-entries.ts'

const COLUMNS: readonly Column[] = [
  { title: 'Time (UTC)', align: 'left' },
  { title: 'What', align: 'left' },
  { title: 'Who', align: 'left' },
  { title: 'Credits', align: 'right' },
  { title: 'Balance', align: 'right' },
  { title: 'Page', align: 'right' },
  { title: 'Id', align: 'left' },
]

const HEADING_LINES = 2

/** Lines for more and more entries: one heading, and columns that only ever grow, since nobody knows what is still to come. */
export function entryTable(): (logged: readonly Logged[]) => readonly string[] {
  let widths: readonly number[] = COLUMNS.map(({ title }) => title.length)
  let isBegun = false
  return (logged) => {
    if (logged.length === 0) return []
    const rows = logged.map((one) => cellsOf(one).map(shown))
    widths = widths.map((width, place) => Math.max(width, ...rows.map((row) => [...(row[place] ?? '')].length)))
    const columns = COLUMNS.map(({ title, align }, place) => {
      const width = widths[place] ?? 0
      return { title: align === 'left' ? title.padEnd(width) : title.padStart(width), align }
    })
    const lines = tableLines(columns, rows)
    const isFirst = !isBegun
    isBegun = true
    return isFirst ? lines : lines.slice(HEADING_LINES)
  }
}

const cellsOf = ({ entry, header, balance }: Logged): readonly string[] => [
  instantText(timeOf(entry)).slice(0, 19).replace('T', ' '),
  whatOf(entry),
  whoOf(entry),
  creditsOf(entry),
  grouped(plain(balance)),
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
  return grant.kind === 'amount' ? `${plain(grant.credits)} credits more` : 'nothing'
}

const referenceOf = (reference: string | undefined): string => (reference === undefined ? '' : ` (${reference})`)

function whoOf(entry: Entry): string {
  if ('approvedBy' in entry && entry.approvedBy !== undefined) return `${entry.actor}, approved by ${entry.approvedBy}`
  if (entry.kind !== 'charge') return entry.actor
  return entry.group === undefined ? entry.user : `${entry.user} (${entry.group})`
}

function creditsOf(entry: Entry): string {
  const { credited, charged } = effectOf(entry)
  const change = charged?.negated() ?? credited
  if (change === undefined) return ''
  return `${change.isPositive() && !change.isZero() ? '+' : ''}${grouped(plain(change))}`
}

const SHOWN_CHARACTERS = 80

/** Names and reasons are whatever somebody sent; a terminal gets them without invisible characters, and short. */
export function shown(text: string): string {
  const clean = visible(text)
  return clean.length > SHOWN_CHARACTERS ? `${clean.slice(0, SHOWN_CHARACTERS - 1)}…` : clean
}

/** The same at its full length. */
export const visible = (text: string): string => text.replaceAll(/\p{C}/gu, '�')
