import type { Exact } from '../../money/exact.ts'
import type { Meter } from '../../usage/meters.ts'
import type { Variant } from '../../usage/variant.ts'
import { keyOfNeutral, type PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import { isSameRate, type Rate } from '../rates/rate.ts'
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

/** `undefined`: the same in both, in whatever order; a card from before there were any has none. */
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
