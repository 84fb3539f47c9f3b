import type { TopUpEntry } from '../../shared/account-log/entry.ts'
import { readTimeZone } from '../../shared/store/account-index.ts'
import { publishEvents } from '../../shared/store/event-bus.ts'
import { moveTopUp, readTopUp } from '../../shared/store/top-ups-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { topUpEvent } from '../../shared/top-ups/top-up-events.ts'
import { commitEntry } from './commit-entry.ts'
import { monthOf } from './month-of.ts'
import type { Ports, Working } from './ports.ts'

/**
 * Credits what was paid: the entry first, keyed by the provider's payment, then the notice, and only then the top-up is
 * called credited: whoever comes after a crash does what is missing.
 */
export async function creditTopUp(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  const { account, id, payment } = topUp
  if (payment === undefined) throw new Error(`top-up ${id} of ${account} is paid without a payment`)
  const { page } = await commitEntry(ports, account, await creditEntryOf(ports, topUp, payment, working.now()), working)
  const { seq, balance } = page.header
  const credited = { ...topUp, page: seq, updatedAt: working.now() }
  await publishEvents(ports.bus, [
    topUpEvent('succeeded', credited, { at: topUp.paidAt ?? credited.updatedAt, balance }),
  ])
  const changes = { status: 'credited', page: seq, updatedAt: credited.updatedAt } as const
  return (await moveTopUp(ports.topUps, topUp, changes)) ?? (await readTopUp(ports.topUps, account, id)) ?? topUp
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
    paid: price.total,
    credits,
  }
}
