import { exact } from '../../../shared/money/exact.ts'
import { type Catalogue, noCatalogue } from '../../../shared/rates/catalogue.ts'
import { noLayers } from '../../../shared/rates/layers.ts'
import type { Usage } from '../../../shared/rates/price-charge.ts'
import type { PublishedRate } from '../../../shared/rates/rate.ts'
import { readRate } from '../../../shared/rates/rate.ts'
import { type RateCard, rateCard } from '../../../shared/rates/rate-card.ts'
import type { RateCardDraft } from '../../../shared/rates/rate-card-draft.ts'
import type { Meter } from '../../../shared/usage/meters.ts'
import type { Quantities } from '../../../shared/usage/quantities.ts'
import { noVariant } from '../../../shared/usage/variant.ts'

export const rate = (
  service: string,
  meter: Meter,
  price: string,
  per = '1',
  variant?: Record<string, string>,
): PublishedRate => ({
  service,
  meter,
  per,
  price,
  currency: 'EUR',
  ...(variant && { variant }),
})

export function cardOf(rates: readonly PublishedRate[], version = 1, effectiveFrom = 0): RateCard {
  const ready = rates.map((one) => {
    const read = readRate(one)
    if (read.kind !== 'rate') throw new Error(read.kind)
    return read.rate
  })
  return rateCard({ version, effectiveFrom, publishedAt: 0, hash: '', note: '', actor: '', key: '' }, ready)
}

/** Usage of a service; what does not matter to its price is left to this. */
export const usageOf = (service: string, quantities: Quantities, more: Partial<Usage> = {}): Usage => ({
  account: 'acme',
  time: 1,
  category: 'text',
  service,
  variant: noVariant,
  quantities,
  ...more,
})

/** A draft that is nothing special but for what is told. */
export const draftOf = (told: Partial<RateCardDraft>): RateCardDraft => ({
  effectiveFrom: 0,
  note: 'n',
  actor: 'a',
  key: 'k',
  rates: [],
  listPrices: [],
  aliases: [],
  layers: noLayers,
  ...told,
})

/** As it is when these were published, one after another. */
export const catalogueOf = (cards: readonly RateCard[]): Catalogue => ({
  ...noCatalogue,
  cards,
  latest: cards.at(-1)?.version ?? 0,
})

export const used = (...pairs: readonly (readonly [Meter, string])[]): Quantities =>
  new Map(pairs.map(([meter, quantity]) => [meter, exact(quantity)]))

/** The demo card: the seed page's prices. */
export const seedRates = [
  rate('openai/gpt-4o', 'input_tokens', '3.00', '1000000'),
  rate('openai/gpt-4o', 'output_tokens', '12.00', '1000000'),
  rate('*', 'tool_calls', '0.005'),
  rate('anthropic/claude-opus-4-7', 'input_tokens', '5.00', '1000000'),
  rate('anthropic/claude-opus-4-7', 'output_tokens', '25.00', '1000000'),
  rate('openai/gpt-image-1', 'images', '0.30'),
  rate('platform/workflow-wizard', 'runs', '0.10'),
]
