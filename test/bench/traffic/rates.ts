import { type RateCard, rateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { type PublishedRate, readRate } from '../../../shared/pricing/rates/rate.ts'

/** Prices per million tokens, of the order of what vendors ask. */
const MODELS = [
  ['openai/gpt-4o', '2.50', '10.00'],
  ['openai/gpt-4o-mini', '0.15', '0.60'],
  ['openai/gpt-5', '1.25', '10.00'],
  ['anthropic/claude-sonnet-4-5', '3.00', '15.00'],
  ['anthropic/claude-opus-4-7', '5.00', '25.00'],
  ['google/gemini-2.5-flash', '0.30', '2.50'],
] as const

const perMillion = (service: string, input: string, output: string): readonly PublishedRate[] => [
  { service, meter: 'input_tokens', per: '1000000', price: input, currency: 'EUR' },
  { service, meter: 'output_tokens', per: '1000000', price: output, currency: 'EUR' },
]

export const chatServices = MODELS.map(([service]) => service)
export const imageService = 'openai/gpt-image-1'

/** The card that all benches price by. */
export const card: RateCard = rateCardOf([
  ...MODELS.flatMap(([service, input, output]) => perMillion(service, input, output)),
  { service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR' },
  { service: imageService, meter: 'images', per: '1', price: '0.30', currency: 'EUR' },
])

function rateCardOf(published: readonly PublishedRate[]): RateCard {
  const rates = published.map((one) => {
    const read = readRate(one)
    if (read.kind !== 'rate') throw new Error(`${one.service} ${one.meter} has no usable rate: ${read.kind}`)
    return read.rate
  })
  return rateCard(
    {
      version: 1,
      effectiveFrom: 0,
      publishedAt: 0,
      hash: '',
      note: 'bench',
      actor: 'bench',
      key: 'bench',
      priceNeutralVariants: [],
    },
    rates,
  )
}
