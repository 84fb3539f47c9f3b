import { type DomainEvent, domainEvent } from '../../events/domain-event.ts'
import type { Exact } from '../../money/exact.ts'
import { instantText } from '../../time/instant.ts'
import type { Meter } from '../../usage/meters.ts'
import type { Variant } from '../../usage/variant.ts'
import { keyOfNeutral, type PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import { isSameRate, type Rate } from '../rates/rate.ts'
import { type Catalogue, cardInForce } from './catalogue.ts'
import { keyOfRate, type RateCard } from './rate-card.ts'

/** A rate that one card has otherwise than another. */
export interface PriceChange {
  readonly service: string
  readonly variant: Variant
  readonly meter: Meter
  /** Whose price it is; `undefined`: everybody's. */
  readonly account: string | undefined
  /** `undefined`: there was none. */
  readonly before: Rate | undefined
  /** `undefined`: there is none any more. */
  readonly after: Rate | undefined
  /** Of one unit, in percent of what it was; `undefined` where units can't be compared. */
  readonly percent: Exact | undefined
}

/** What variants may say without changing a price, by one card and by another. */
export interface NeutralChange {
  readonly before: readonly PriceNeutralVariant[]
  readonly after: readonly PriceNeutralVariant[]
}

/** `undefined`: the same in both, in any order; older cards have none. */
export function neutralChange(
  from: Pick<RateCard, 'priceNeutralVariants'> | undefined,
  to: Pick<RateCard, 'priceNeutralVariants'>,
): NeutralChange | undefined {
  const [before, after] = [from?.priceNeutralVariants ?? [], to.priceNeutralVariants ?? []]
  const [old, next] = [before, after].map((neutral) => JSON.stringify(neutral.map(keyOfNeutral).sort()))
  return old === next ? undefined : { before, after }
}

/** What changes from one card to another, rate by rate, in the order of the new card; what is gone comes last. */
export function priceChanges(
  from: Pick<RateCard, 'rates'> | undefined,
  to: Pick<RateCard, 'rates'>,
): readonly PriceChange[] {
  const old = new Map((from?.rates ?? []).map((rate) => [keyOfRate(rate), rate]))
  const changes: PriceChange[] = []
  for (const after of to.rates) {
    const before = old.get(keyOfRate(after))
    old.delete(keyOfRate(after))
    if (before !== undefined && isSameRate(before, after)) continue
    changes.push(changeOf(before, after))
  }
  for (const before of old.values()) changes.push(changeOf(before, undefined))
  return changes
}

function changeOf(before: Rate, after: undefined): PriceChange
function changeOf(before: Rate | undefined, after: Rate): PriceChange
function changeOf(before: Rate | undefined, after: Rate | undefined): PriceChange {
  const { service, variant, meter, account } = (after ?? before) as Rate
  const [old, next] = [before?.perUnit, after?.perUnit]
  const percent =
    old === undefined || next === undefined || old.isZero() ? undefined : next.minus(old).times(100).dividedBy(old)
  return { service, variant, meter, account, before, after, percent }
}

/** The events of versions after `announced`, up to the latest, in their order. */
export function ratesChangedEvents(
  { cards, withdrawn, latest }: Pick<Catalogue, 'cards' | 'withdrawn' | 'latest'>,
  announced: number,
): readonly DomainEvent[] {
  const all = [...cards, ...withdrawn.map(({ card }) => card)]
  const events: DomainEvent[] = []
  for (let version = announced + 1; version <= latest; version += 1) {
    const card = all.find((one) => one.version === version)
    const taken = withdrawn.find(({ withdrawal }) => withdrawal.version === version)
    if (card !== undefined) events.push(publishedEvent(card, all))
    else if (taken !== undefined) {
      const { of, at, reason } = taken.withdrawal
      const data = { kind: 'withdrawn', version, of, reason, effectiveFrom: instantText(taken.card.effectiveFrom) }
      events.push(ratesChanged(version, at, data))
    }
  }
  return events
}

function publishedEvent(card: RateCard, all: readonly RateCard[]): DomainEvent {
  const { version, effectiveFrom, publishedAt, hash, note } = card
  const before = cardInForce(
    all.filter((one) => one.version < version),
    effectiveFrom,
  )
  const changes = priceChanges(before, card)
  const fresh = changes.filter((change) => change.before === undefined).length
  const gone = changes.filter((change) => change.after === undefined).length
  return ratesChanged(version, publishedAt, {
    kind: 'published',
    version,
    effectiveFrom: instantText(effectiveFrom),
    hash,
    note,
    changes: { new: fresh, changed: changes.length - fresh - gone, gone },
  })
}

const ratesChanged = (version: number, at: number, data: object): DomainEvent =>
  domainEvent('groschen.rates.changed', { id: `rates#${version}`, subject: `rate-cards/${version}`, at, data })
