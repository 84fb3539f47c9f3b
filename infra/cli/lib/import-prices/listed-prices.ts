import type { Alias } from '../../../../shared/pricing/cards/rate-card-draft.ts'
import type { TiersBy } from '../../../../shared/pricing/rates/price-tiers.ts'
import type { Meter } from '../../../../shared/usage/meters.ts'

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
  /** Where the prices stand. */
  readonly source: string
}

/** What could not be taken, and why. */
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
