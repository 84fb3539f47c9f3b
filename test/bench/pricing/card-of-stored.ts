import { publishedCard, type RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { Alias } from '../../../shared/pricing/cards/rate-card-draft.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'

/** What a card is stored as. */
export interface StoredCard {
  readonly rates: readonly PublishedRate[]
  readonly aliases: readonly Alias[]
}

export const cardOfStored = ({ rates, aliases }: StoredCard): RateCard =>
  publishedCard(
    { version: 1, effectiveFrom: 0, publishedAt: 0, hash: '', note: '', actor: '', key: '', priceNeutralVariants: [] },
    rates,
    aliases,
  )
