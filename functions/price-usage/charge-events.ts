import { usageDifference } from '../../shared/account-log/difference.ts'
import { usageIdentity } from '../../shared/account-log/identity.ts'
import { type Priced, priceUsage } from '../../shared/rates/price-charge.ts'
import type { Tools } from '../../shared/runtime/lambda.ts'
import type { Proposal, SettledProposal } from '../../shared/store/outcomes.ts'
import { RatesNotFresh } from '../../shared/store/warm-catalogue.ts'
import type { Instant } from '../../shared/time/instant.ts'
import type { UsageEvent } from '../../shared/usage/usage-event.ts'
import { type Fated, fateByOutcome, fateByReading, type Unchargeable } from './fate.ts'
import type { Ports } from './ports.ts'
import type { Delivered } from './read-batch.ts'

/** Logs written at the same time: each waits for its table, none for another. */
const ACCOUNTS_AT_ONCE = 20

/** Decides the fate of each delivered event, charging what can be charged, one account's events together. */
export async function chargeEvents(
  { writer, rates }: Pick<Ports, 'writer' | 'rates'>,
  delivered: readonly Delivered[],
  { now, remainingMs }: Tools,
): Promise<readonly Fated[]> {
  const since = now()
  const fated: Fated[] = []
  const byAccount = new Map<string, { readonly delivered: Delivered; readonly event: UsageEvent }[]>()
  for (const one of delivered) {
    const fate = fateByReading(one)
    if (fate !== undefined) fated.push({ ...one, fate })
    else if (one.read.kind === 'event')
      appendTo(byAccount, one.read.event.account, { delivered: one, event: one.read.event })
  }

  const waiting = [...byAccount]
  const chargeNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [account, events] = next
      const proposals = events.map(({ event }) => proposalOf(event, rates, since))
      const outcomes = await writer.commit(account, proposals, remainingMs)
      events.forEach(({ delivered: one, event }, place) => {
        const outcome = outcomes[place] ?? { kind: 'not-committed', cause: new Error('no outcome') }
        fated.push({ ...one, fate: fateByOutcome(event, outcome) })
      })
    }
  }
  await Promise.all(Array.from({ length: ACCOUNTS_AT_ONCE }, chargeNext))
  return fated
}

function proposalOf(event: UsageEvent, rates: Ports['rates'], since: Instant): Proposal<Unchargeable> {
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
  rates: Ports['rates'],
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
async function priceByFreshCards(event: UsageEvent, rates: Ports['rates'], since: Instant): Promise<Priced> {
  const priced = priceUsage(event, await rates.cardsFor(event.time))
  return priced.kind === 'unpriced' ? priceUsage(event, await rates.cardsFor(event.time, since)) : priced
}

function appendTo<T>(groups: Map<string, T[]>, name: string, value: T): void {
  const group = groups.get(name)
  if (group === undefined) groups.set(name, [value])
  else group.push(value)
}
