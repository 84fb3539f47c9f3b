import type { Instant } from '../../time/instant.ts'
import type { Alias } from '../rates/alias.ts'
import type { PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import type { PublishedRate } from '../rates/rate.ts'
import type { Layers } from './layers.ts'
import type { ListRate } from './list-rate.ts'

/** What a version of the rate card is made of. */
export interface CardContent {
  /** Prices of one's own; they go before list prices. */
  readonly rates: readonly PublishedRate[]
  /** The layers make prices of these. */
  readonly listPrices: readonly ListRate[]
  readonly aliases: readonly Alias[]
  readonly layers: Layers
  /** What a variant may say without changing a price. */
  readonly priceNeutralVariants: readonly PriceNeutralVariant[]
}

/** A rate card to be. */
export interface RateCardDraft extends CardContent {
  readonly effectiveFrom: Instant
  readonly note: string
  readonly actor: string
  readonly key: string
}

/** What is wrong with a draft; `pointer` is a JSON pointer into it. */
export interface DraftFault {
  readonly pointer: string
  readonly detail: string
}
