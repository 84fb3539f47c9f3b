import type { PublishedRate } from '../../shared/rates/rate.ts'
import type { RateCardAnswer } from './api-answers.ts'
import type { ApiClient } from './api-client.ts'

const perMillion = (service: string, input: string, output: string): readonly PublishedRate[] => [
  { service, meter: 'input_tokens', per: '1000000', price: input, currency: 'EUR' },
  { service, meter: 'output_tokens', per: '1000000', price: output, currency: 'EUR' },
]

/** The prices of the seed page's examples (contracts, "Rate card": demo card). */
export const demoRates: readonly PublishedRate[] = [
  ...perMillion('openai/gpt-4o', '3.00', '12.00'),
  ...perMillion('anthropic/claude-opus-4-7', '5.00', '25.00'),
  { service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR' },
  { service: 'openai/gpt-image-1', meter: 'images', per: '1', price: '0.30', currency: 'EUR' },
  { service: 'platform/workflow-wizard', meter: 'runs', per: '1', price: '0.10', currency: 'EUR' },
]

const DEMO_CARD = {
  effectiveFrom: '1970-01-01T00:00:00Z',
  note: "Demo card: the prices of the seed page's examples",
  rates: demoRates,
}

/** `own`: somebody published other prices here; they stay. */
export type FirstRateCard = 'demo' | 'own'

/** Publishes the demo card where no card is; safe to call again. */
export async function ensureRateCard(api: ApiClient): Promise<FirstRateCard> {
  const { rateCards } = await api.get<{ rateCards: readonly RateCardAnswer[] }>('/v1/rate-cards')
  if (rateCards.length === 0) await api.post('/v1/rate-cards', DEMO_CARD, 'groschen-demo-rate-card')
  return rateCards.every(({ note }) => note === DEMO_CARD.note) ? 'demo' : 'own'
}
