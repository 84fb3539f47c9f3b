import { exact, plain } from '../../shared/money/exact.ts'
import { type Catalogue, NOTICE_MS, noCatalogue } from '../../shared/pricing/cards/catalogue.ts'
import { publishedCard, type RateCard, rateCard } from '../../shared/pricing/cards/rate-card.ts'
import type { RateCardDraft } from '../../shared/pricing/cards/rate-card-draft.ts'
import { missingReason } from '../../shared/pricing/charge/missing-price.ts'
import { priceByCard, type Usage } from '../../shared/pricing/charge/price-usage.ts'
import { type Layers, noLayers } from '../../shared/pricing/rates/markup.ts'
import type { PriceNeutralVariant } from '../../shared/pricing/rates/price-neutral-variant.ts'
import { type PublishedRate, readRate } from '../../shared/pricing/rates/rate.ts'
import type { Meter } from '../../shared/usage/meters.ts'
import type { Quantities } from '../../shared/usage/quantities.ts'
import { noVariant, variantOf } from '../../shared/usage/variant.ts'

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

const MANIFEST = { version: 1, effectiveFrom: 0, publishedAt: 0, hash: '', note: '', actor: '', key: '' }

/** A version that was published with its notice: it is not dated back. */
export function cardOf(rates: readonly PublishedRate[], version = 1, effectiveFrom = 0): RateCard {
  const ready = rates.map((one) => {
    const read = readRate(one)
    if (read.kind !== 'rate') throw new Error(read.kind)
    return read.rate
  })
  const publishedAt = effectiveFrom - NOTICE_MS
  return rateCard({ ...MANIFEST, version, effectiveFrom, publishedAt, priceNeutralVariants: [] }, ready)
}

/** A version as it is read from the table. `unsaid`: from before rates said what becomes of unlisted variants. */
export const storedCard = (
  rates: readonly PublishedRate[],
  neutral: readonly PriceNeutralVariant[] | 'unsaid' = [],
  layers: Layers = noLayers,
): RateCard =>
  publishedCard({ ...MANIFEST, priceNeutralVariants: neutral === 'unsaid' ? undefined : neutral }, rates, [], layers)

/** A rate that is meant for every variant. */
export const forAnyVariant = (one: PublishedRate): PublishedRate => ({ ...one, unlistedVariant: 'base' })

/** Credits of one unit, or why it is parked. */
export function priceOfOne(
  card: RateCard,
  service: string,
  meter: Meter,
  variant: Record<string, string> = {},
  account = 'acme',
): string {
  const priced = priceByCard(usageOf(service, used([meter, '1']), { variant: variantOf(variant), account }), card)
  if (priced.kind === 'priced') return plain(priced.total)
  return priced.kind === 'unpriced' ? missingReason(priced.missing) : priced.kind
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
  priceNeutralVariants: [],
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
