import { draftCard } from '../../../shared/pricing/price-lists/draft-card.ts'
import { BUNDLED_LIST, bundledProviders, readGenaiPrices } from '../../../shared/pricing/price-lists/genai-prices.ts'
import type { Layers } from '../../../shared/pricing/rates/markup.ts'
import type { PriceNeutralVariant } from '../../../shared/pricing/rates/price-neutral-variant.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import { meters } from '../../../shared/usage/meters.ts'
import type { ApiClient } from './api/api-client.ts'

const perMillion = (service: string, input: string, output: string): readonly PublishedRate[] => [
  { service, meter: 'input_tokens', per: '1000000', price: input, currency: 'EUR' },
  { service, meter: 'output_tokens', per: '1000000', price: output, currency: 'EUR' },
]

/** The prices of the seed page's examples (contracts, "Rate card": demo card). */
export const demoRates: readonly PublishedRate[] = [
  ...perMillion('openai/gpt-4o', '3.00', '12.00'),
  ...perMillion('anthropic/claude-opus-4-7', '5.00', '25.00'),
  { service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR', unlistedVariant: 'base' },
  { service: 'openai/gpt-image-1', meter: 'images', per: '1', price: '0.30', currency: 'EUR' },
  { service: 'platform/workflow-wizard', meter: 'runs', per: '1', price: '0.10', currency: 'EUR' },
]

/** Which tool was called says nothing about tokens. */
export const demoNeutralVariants: readonly PriceNeutralVariant[] = [
  { name: 'tool', meters: meters.filter((meter) => meter.endsWith('_tokens')) },
]

/** The list of this day, so that the card is the same whenever the demo runs. */
const DEMO_DAY = '2026-11-23'

/** An example, to put yours in its place. */
export const demoLayers: Layers = {
  exchangeRates: [
    { currency: 'USD', rate: '0.8643', day: DEMO_DAY, source: 'an example: put the rate of your bank here' },
  ],
  markups: [{ percent: '20' }],
}

const DEMO_NOTE = "Demo card: public list prices × 0.8643 € a dollar + 20 %, and the product page's own"

/** `own`: other prices were published here; they stay. */
export type FirstRateCard = 'demo' | 'own'

/** Publishes the demo card where no card is: every model of the public list, the seed page's prices on top. Safe to call again. */
export async function ensureRateCard(api: ApiClient): Promise<FirstRateCard> {
  const { rateCards } = await api.get<{ rateCards: readonly { readonly note: string }[] }>('/v1/rate-cards')
  if (rateCards.length === 0) await api.post('/v1/rate-cards', await demoCard(), 'groschen-demo-rate-card')
  return rateCards.every(({ note }) => note === DEMO_NOTE) ? 'demo' : 'own'
}

async function demoCard() {
  const list = readGenaiPrices(await bundledProviders(), { vendors: undefined, day: DEMO_DAY, asOf: BUNDLED_LIST.day })
  const { rates, listPrices, aliases, layers } = draftCard(list, demoLayers, {
    rates: demoRates,
    aliases: [],
    priceNeutralVariants: demoNeutralVariants,
  })
  const content = { rates, listPrices, aliases, ...layers, priceNeutralVariants: demoNeutralVariants }
  return { effectiveFrom: '1970-01-01T00:00:00Z', note: DEMO_NOTE, ...content }
}
