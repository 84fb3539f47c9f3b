import type { Meter } from '../../usage/meters.ts'
import type { Alias } from '../cards/rate-card-draft.ts'
import type { TiersBy } from '../rates/price-tiers.ts'

/** A price as a vendor lists it, in the vendor's currency. Decimal strings: the source's digits. */
export interface ListedRate {
  readonly meter: Meter
  readonly variant?: Readonly<Record<string, string>>
  readonly per: string
  readonly price: string
  readonly tiers?: readonly { readonly above: string; readonly price: string }[]
  readonly tiersBy?: TiersBy
  /** Which price of the list it follows from, where the list has none of its own for the meter. */
  readonly derivedFrom?: string
}

/** A service with all that its list has. */
export interface ListedService {
  readonly service: string
  readonly rates: readonly ListedRate[]
  /** The source of the prices. */
  readonly source: string
}

/** Prices that could not be taken, with the reason. */
export interface Skipped {
  readonly service: string
  /** The list's own name of the price; absent: the whole service. */
  readonly price?: string
  readonly reason: string
}

/** Prices that the list announces. */
export interface Upcoming {
  readonly service: string
  /** A day, by UTC. */
  readonly from: string
}

/** A public price list, read. */
export interface PriceList {
  readonly name: string
  readonly currency: string
  /** The day as of which its prices stood at the vendors; `undefined`: not known. */
  readonly asOf: string | undefined
  readonly services: readonly ListedService[]
  readonly aliases: readonly Alias[]
  readonly skipped: readonly Skipped[]
  readonly upcoming: readonly Upcoming[]
}

/** A pool that a list does not name is charged like the one it is a part of. */
const PARTS: readonly (readonly [meter: Meter, of: Meter])[] = [
  ['reasoning_tokens', 'output_tokens'],
  ['cached_input_tokens', 'input_tokens'],
  ['cache_write_5m_tokens', 'input_tokens'],
  ['cache_write_1h_tokens', 'cache_write_5m_tokens'],
]

/**
 * Adds rates for pools that a list leaves out because it counts them in others; our pools exclude each other, so without
 * a rate their events would be parked.
 *
 * Not for hours of Claude's cache where a list has one price of writing alone: the vendor takes more for an hour, and too
 * little would be charged. Not for audio: no vendor sells it at the price of text.
 *
 * @param unreadable meters that the list has a price for, which could not be taken: another one would be wrong
 */
export function deriveRates(
  service: string,
  listed: readonly ListedRate[],
  unreadable: ReadonlySet<Meter>,
): readonly ListedRate[] {
  const rates = [...listed]
  const find = (meter: Meter) => rates.find((rate) => rate.meter === meter && rate.variant === undefined)
  for (const [meter, of] of PARTS) {
    const whole = find(of)
    const isUnsafe = meter === 'cache_write_1h_tokens' && /claude/i.test(service)
    if (whole !== undefined && find(meter) === undefined && !isUnsafe && !unreadable.has(meter))
      rates.push({ ...whole, meter, derivedFrom: of })
  }
  return rates
}
