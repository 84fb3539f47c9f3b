import { usageIdentity } from '../../ledger/entries/charge.ts'
import { usageDifference } from '../../ledger/entries/entries.ts'
import type { Outcome, Proposal, SettledProposal } from '../../ledger/io/commit/proposal.ts'
import type { LogWriter } from '../../ledger/io/log-writer.ts'
import type { MissingPrice } from '../../pricing/charge/missing-price.ts'
import { type Priced, priceUsage } from '../../pricing/charge/price-usage.ts'
import { RatesNotFresh, type WarmCatalogue } from '../../pricing/io/warm-catalogue.ts'
import type { Instant } from '../../time/instant.ts'
import type { Read } from '../../usage/read-event.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import type { Fate, RefusedReason } from '../fate.ts'

/**
 * Judges events that were read, and charges those that can be charged.
 *
 * @param since rate cards that were fetched before it are fetched again before an event counts as unpriced
 * @returns the fate of each, in their order
 */
export async function judgeUsage(
  ports: ChargePorts,
  reads: readonly Read[],
  since: Instant,
  remainingMs: () => number,
): Promise<readonly Fate[]> {
  const events = reads.flatMap((read) => (read.kind === 'event' ? [read.event] : []))
  const outcomes = (await chargeUsage(ports, events, since, remainingMs)).values()
  return reads.map((read): Fate => {
    if (read.kind === 'event') return fateByOutcome(read.event, outcomes.next().value)
    if (read.kind === 'ahead') return { kind: 'ahead', event: read.event, until: read.until }
    const { reason, path, detail, names } = read
    return { kind: 'quarantined', reason, path, detail, names }
  })
}

function fateByOutcome(event: UsageEvent, outcome: Outcome<Unchargeable> | undefined): Fate {
  if (outcome === undefined) return { kind: 'given-back', cause: new Error('no outcome') }
  const quarantined = (reason: RefusedReason, path: string, detail: string): Fate => ({
    kind: 'quarantined',
    reason,
    path,
    detail,
    names: event,
  })
  switch (outcome.kind) {
    case 'committed':
      return { kind: 'charged' }
    case 'replayed':
      return { kind: 'replayed' }
    case 'not-committed':
      return { kind: 'given-back', cause: outcome.cause }
    case 'conflict':
      return quarantined('event.conflict', '/id', conflictText(outcome.differs))
    case 'no-account':
      return quarantined(
        'account.unknown',
        '/subject',
        `no account ${event.account} is open; open it, and redrive the event`,
      )
    case 'refused':
      return fateOfRefused(event, outcome.refusal, quarantined)
  }
}

function fateOfRefused(
  event: UsageEvent,
  refusal: Unchargeable,
  quarantined: (reason: RefusedReason, path: string, detail: string) => Fate,
): Fate {
  switch (refusal.kind) {
    case 'not-yet':
      return { kind: 'given-back', cause: refusal.cause }
    case 'unpriced':
      return { kind: 'parked', event, missing: refusal.missing }
    case 'out-of-range':
      return quarantined('event.cost', '/data/quantities', 'costs more than ten million euros, the most one event may')
  }
}

const conflictText = (differs: readonly string[]): string =>
  differs.includes('account')
    ? 'this source and id were sent for another account before; an id belongs to one account'
    : `an event with this source and id is charged already, and this one differs in ${differs.join(', ')}; usage of its own needs an id of its own`

/** The ports of charging. */
export interface ChargePorts {
  readonly writer: LogWriter
  readonly rates: WarmCatalogue
}

/** Why an event that reads well has no price to charge. */
type Unchargeable =
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
async function chargeUsage(
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
        .map((event) => usageProposal(event, rates, since))
      const committed = await writer.commit(account, proposals, remainingMs)
      ofAccount.forEach((place, index) => {
        outcomes[place] = committed[index] ?? { kind: 'not-committed', cause: new Error('no outcome') }
      })
    }
  }
  await Promise.all(Array.from({ length: ACCOUNTS_AT_ONCE }, chargeNext))
  return outcomes
}

function usageProposal(event: UsageEvent, rates: WarmCatalogue, since: Instant): Proposal<Unchargeable> {
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
