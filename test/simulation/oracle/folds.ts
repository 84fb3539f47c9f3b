import { brotliDecompressSync } from 'node:zlib'
import type { Table } from '../services/tables.ts'
import { amount, amountText } from './amount.ts'
import type { Report } from './findings.ts'
import type { Ledger } from './ledger.ts'
import { dayIn } from './limits/calendar.ts'
import type { StoredCharge, StoredOther } from './read-page.ts'

type Sums = Map<string, { credits: bigint; count: number }>

function add(sums: Sums, name: string, credits: bigint, count = 1): void {
  const known = sums.get(name) ?? { credits: 0n, count: 0 }
  sums.set(name, { credits: known.credits + credits, count: known.count + count })
}

/** What usage costs, where it was used; a re-rating changes it by no charge more. */
function addSpend(sums: Sums, usage: StoredCharge | StoredOther, credits: bigint, count: number): void {
  const date = dayIn(usage.time ?? 0)
  const [month, day] = [date.slice(0, 7), date.slice(8)]
  add(sums, `${month} groups ${usage.group ?? ''}`, credits, count)
  add(sums, `${month} services ${usage.service}`, credits, count)
  add(sums, `${month} categories ${usage.category}`, credits, count)
  add(sums, `${month} days ${day}`, credits, count)
  const spenders = [`users ${usage.user}`, 'pool account', ...(usage.group ? [`pool group#${usage.group}`] : [])]
  for (const spender of spenders)
    add(sums, `${month} ${spender} on ${usage.category} ${usage.service} ${day}`, credits, count)
}

/** Every total of a log, by what a snapshot holds: `2026-11 users u-1 days 23`. Grants count for their month alone. */
function foldLog(ledger: Ledger, account: string): Sums {
  const sums: Sums = new Map()
  for (const page of ledger.pages(account)) {
    for (const entry of page.entries) {
      const month = dayIn(entry.kind === 'charge' ? entry.time : entry.at).slice(0, 7)
      const credits = amount(entry.credits ?? '0')
      add(sums, `${month} entries`, 0n)
      if (entry.kind !== 'charge') {
        if (entry.credits !== undefined) add(sums, `${month} credited`, credits)
        if (entry.kind === 'rerating') addSpend(sums, entry, -credits, 0)
        continue
      }
      add(sums, `${month} charged`, credits)
      addSpend(sums, entry, credits, 1)
    }
  }
  return sums
}

type TallyRow = readonly [name: string, credits: string, count: number]
type Spent = readonly [category: number, service: string, days: readonly (readonly [day: string, credits: string])[]]
type SpendRow = readonly [spender: string, spent: readonly Spent[]]

/** In the order of the page format. */
const CATEGORIES = ['text', 'image', 'api', 'other']

/** The same from the snapshots table. */
function readSnapshots(table: Table, account: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const item of table.range(account, undefined, undefined)) {
    const [kind, month = ''] = (item['part']?.S ?? '').split('#')
    // What is set of limits, and who is in which tier, has a judge of its own.
    if (kind === 'cursor' || kind === 'limits' || kind === 'user-tiers') continue
    const stored = JSON.parse(brotliDecompressSync(item['packed']!.B!).toString())
    if (kind === 'users' || kind === 'pool') {
      for (const [spender, spent] of stored as readonly SpendRow[]) {
        for (const [category, service, spentDays] of spent) {
          for (const [day, credits] of spentDays)
            found.set(`${month} ${kind} ${spender} on ${CATEGORIES[category]} ${service} ${day}`, credits)
        }
      }
      continue
    }
    found.set(`${month} entries`, `0 in ${stored.entries}`)
    if (stored.credited !== '0') found.set(`${month} credited`, stored.credited)
    if (stored.charged !== '0') found.set(`${month} charged`, stored.charged)
    for (const part of ['groups', 'services', 'categories', 'days'] as const) {
      for (const [name, credits, count] of stored[part] as readonly TallyRow[])
        found.set(`${month} ${part} ${name}`, `${credits} in ${count}`)
    }
  }
  return found
}

/** How often the users of some month were split into twice as many chunks. */
export const splitsOf = (table: Table, accounts: readonly string[]): number =>
  Math.max(
    0,
    ...accounts
      .flatMap((account) => table.range(account, undefined, undefined))
      .map((item) => /^users#[\d-]+#(\d+)#/.exec(item['part']?.S ?? ''))
      .map((found) => Number(found?.[1] ?? 1) - 1),
  )

/** Snapshots and cursors against the logs, once all is quiet. */
export function judgeFolds(table: Table, ledger: Ledger, accounts: readonly string[], report: Report): void {
  for (const account of accounts) {
    const head = ledger.pages(account).at(-1)?.seq ?? 0
    const cursor = Number(table.get({ account: { S: account }, part: { S: 'cursor' } })?.['seq']?.N ?? 0)
    if (cursor !== head) report('liveness', 'the fold reaches the head', `${account}: page ${cursor} of ${head}`)
    const found = readSnapshots(table, account)
    for (const [name, { credits, count }] of foldLog(ledger, account)) {
      const text = found.get(name) ?? '0'
      const expected = text.includes(' in ') ? `${amountText(credits)} in ${count}` : amountText(credits)
      if (text !== expected)
        report('safety', 'a snapshot is a fold of the log', `${account} ${name}: ${text}, not ${expected}`)
      found.delete(name)
    }
    for (const name of found.keys()) report('safety', 'a snapshot holds nothing else', `${account} ${name}`)
  }
}
