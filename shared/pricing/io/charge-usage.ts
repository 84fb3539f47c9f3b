import { usageIdentity } from '../../ledger/entries/charge.ts'
import { usageDifference } from '../../ledger/entries/entries.ts'
import type { Outcome, Proposal, SettledProposal } from '../../ledger/io/commit/proposal.ts'
import type { LogWriter } from '../../ledger/io/log-writer.ts'
import type { Instant } from '../../time/instant.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import type { MissingPrice } from '../charge/missing-price.ts'
import { type Priced, priceUsage } from '../charge/price-usage.ts'
import { RatesNotFresh, type WarmCatalogue } from './warm-catalogue.ts'

/** The ports of charging. */
export interface ChargePorts {
  readonly writer: LogWriter
  readonly rates: WarmCatalogue
}

/** Why an event that reads well has no price to charge. */
export type Unchargeable =
  /** A price could still change before the event's time. */
  | { readonly kind: 'not-yet'; readonly cause: RatesNotFresh }
  | { readonly kind: 'unpriced'; readonly missing: readonly MissingPrice[] }
  | { readonly kind: 'out-of-range' }

/** Logs written at the same time: each waits for its table, none for another. */
const ACCOUNTS_AT_ONCE = 20

/**
 * Charges usage, one account's events together: each is priced by the card in force at its own time, and becomes an entry
 * of its account's log once, for ever.
 *
 * @param since rate cards fetched before this time are fetched again before an event counts as unpriced
 * @returns an outcome for each event, in their order
 */
export async function chargeUsage(
  { writer, rates }: ChargePorts,
  events: readonly UsageEvent[],
  since: Instant,
  remainingMs: () => number,
): Promise<readonly Outcome<Unchargeable>[]> {
  const outcomes: Outcome<Unchargeable>[] = []
  const places = Map.groupBy(events.keys(), (place) => events[place]?.account ?? '')
  const waiting = [...places]
  const chargeNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [account, ofAccount] = next
      const proposals = ofAccount
        .flatMap((place) => events[place] ?? [])
        .map((event) => proposalOf(event, rates, since))
      const committed = await writer.commit(account, proposals, remainingMs)
      ofAccount.forEach((place, index) => {
        outcomes[place] = committed[index] ?? { kind: 'not-committed', cause: new Error('no outcome') }
      })
    }
  }
  await Promise.all(Array.from({ length: ACCOUNTS_AT_ONCE }, chargeNext))
  return outcomes
}

function proposalOf(event: UsageEvent, rates: WarmCatalogue, since: Instant): Proposal<Unchargeable> {
  return {
    identity: usageIdentity(event),
    boundAt: event.boundAt,
    differenceFrom: (entry) => usageDifference(event, entry),
    settle: () => priceAsEntry(event, rates, since),
  }
}

/** An event's charge, or why there can't be one. */
async function priceAsEntry(
  event: UsageEvent,
  rates: WarmCatalogue,
  since: Instant,
): Promise<SettledProposal<Unchargeable>> {
  try {
    const priced = await priceByFreshCards(event, rates, since)
    if (priced.kind !== 'priced') return { kind: 'refused', refusal: priced }
    const { account: _, ...usage } = event
    return { kind: 'entry', entry: { kind: 'charge', ...usage, rateCard: priced.rateCard, credits: priced.total } }
  } catch (cause) {
    // Of this event alone: its time is too far ahead. Its mates are charged.
    if (cause instanceof RatesNotFresh) return { kind: 'refused', refusal: { kind: 'not-yet', cause } }
    throw cause
  }
}

/** Priced by the card in force at the event's own time; before it counts as unpriced the cards are fetched once more. */
async function priceByFreshCards(event: UsageEvent, rates: WarmCatalogue, since: Instant): Promise<Priced> {
  const priced = priceUsage(event, await rates.cardsFor(event.time))
  return priced.kind === 'unpriced' ? priceUsage(event, await rates.cardsFor(event.time, since)) : priced
}
