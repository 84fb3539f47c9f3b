import type { TopUpEntry } from '../../shared/ledger/entries/top-up.ts'
import { readTimeZone } from '../../shared/ledger/io/account-index.ts'
import { readPage } from '../../shared/ledger/io/log-table.ts'
import { dayOfZone } from '../../shared/time/day-of.ts'
import { monthOf } from '../../shared/time/month-of.ts'
import { moveTopUp, readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { commitEntry } from './commit-entry.ts'
import type { Ports, Working } from './ports.ts'

/**
 * Credits what was paid: the entry first, keyed by the provider's payment, and only then the top-up is called credited.
 */
export async function creditTopUp(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  const { account, id, payment } = topUp
  if (payment === undefined) throw new Error(`top-up ${id} of ${account} is paid without a payment`)
  const entry = await creditEntryOf(ports, topUp, payment, working.now())
  const { page } = await commitEntry(ports, account, entry, working)
  const changes = { status: 'credited', page: page.header.seq, updatedAt: working.now() } as const
  return (await moveTopUp(ports.topUps, topUp, changes)) ?? (await readTopUp(ports.topUps, account, id)) ?? topUp
}

/**
 * A credited top-up whose page got lost: the log that came back from a backup still waits for it. The same entry again; a log
 * that has it keeps it as it is, and only its place is put right. What was taken back may be lost with it, and is due again.
 */
export async function creditAgain(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  const { account, payment } = topUp
  if (payment === undefined) return topUp
  const entry = await creditEntryOf(ports, topUp, payment, working.now())
  const { kind, page } = await commitEntry(ports, account, entry, working)
  const { seq } = page.header
  if (kind === 'committed' && topUp.page !== undefined)
    working.report({
      account,
      topUp: topUp.id,
      payment,
      detail: `the log did not have the credits that it had on page ${topUp.page}; they stand on page ${seq} now`,
    })
  if (topUp.page === undefined || topUp.page === seq) return topUp
  const found = { page: seq, takenBack: 0, updatedAt: working.now() }
  return (await moveTopUp(ports.topUps, topUp, found)) ?? (await readTopUp(ports.topUps, account, topUp.id)) ?? topUp
}

/** Whether the log's entries credit a payment, whatever its record says: the record is only where to look. */
export async function standsInLog(
  { log }: Pick<Ports, 'log'>,
  { account, page }: TopUp,
  payment: string,
): Promise<boolean> {
  const standing = page === undefined ? undefined : await readPage(log, account, page)
  return standing?.entries.some((entry) => entry.kind === 'top-up' && entry.payment === payment) ?? false
}

/** The entry of a payment that was taken. */
export async function creditEntryOf(ports: Ports, topUp: TopUp, payment: string, now: number): Promise<TopUpEntry> {
  const { account, id, origin, credits, price, askedAt } = topUp
  const timeZone = await readTimeZone(ports.accounts, account)
  if (timeZone === undefined) throw new Error(`account ${account} has no record`)
  return {
    kind: 'top-up',
    key: id,
    actor: origin.kind === 'automatic' ? 'groschen' : origin.actor,
    at: now,
    provider: ports.provider.name,
    payment,
    of: origin.kind === 'automatic' ? origin.of : undefined,
    // It counts where it was decided: the caps were judged by that month.
    month: monthOf(askedAt ?? now, timeZone).month,
    // What waits to be paid counts on whatever day it is; from now on it counts in this one.
    ...(origin.kind === 'manual' && origin.counted && { day: dayOfZone(timeZone)(now) }),
    paid: price.total,
    credits,
  }
}
