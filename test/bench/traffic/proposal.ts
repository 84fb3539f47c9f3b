import { type ChargeEntry, usageIdentity } from '../../../shared/ledger/entries/charge.ts'
import { usageDifference } from '../../../shared/ledger/entries/entries.ts'
import type { Proposal } from '../../../shared/ledger/io/commit/proposal.ts'
import { priceUsage } from '../../../shared/pricing/charge/price-usage.ts'
import type { UsageEvent } from '../../../shared/usage/usage-event.ts'
import { card } from './rates.ts'

const cards = [card]

/** An event with its price, as the log holds it. */
export function chargeOf(event: UsageEvent): ChargeEntry {
  const priced = priceUsage(event, cards)
  if (priced.kind !== 'priced') throw new Error(`${event.service} is ${priced.kind}`)
  const { account: _, ...usage } = event
  return { kind: 'charge', ...usage, rateCard: priced.rateCard, credits: priced.total }
}

/** What price-usage hands to the log for an event: priced when it is known to be new. */
export const proposalOf = (event: UsageEvent): Proposal<never> => ({
  identity: usageIdentity(event),
  boundAt: event.boundAt,
  differenceFrom: (entry) => usageDifference(event, entry),
  settle: () => ({ kind: 'entry', entry: chargeOf(event) }),
})
