import type { Random } from '../../world/random.ts'
import type { PlainRate } from '../oracle/price.ts'

const rate = (
  service: string,
  meter: string,
  per: string,
  price: string,
  variant?: Record<string, string>,
): PlainRate => ({
  service,
  meter,
  per,
  price,
  currency: 'EUR',
  ...(variant && { variant }),
})

/** Meant for every variant. */
const forAny = (one: PlainRate): PlainRate => ({ ...one, unlistedVariant: 'base' })

/** The demo card of the contracts, and rates whose digits are many. */
export const firstRates: readonly PlainRate[] = [
  rate('openai/gpt-4o', 'input_tokens', '1000000', '3.00'),
  rate('openai/gpt-4o', 'output_tokens', '1000000', '12.00'),
  rate('anthropic/claude-opus-4-7', 'input_tokens', '1000000', '5.00'),
  rate('anthropic/claude-opus-4-7', 'output_tokens', '1000000', '25.00'),
  forAny(rate('openai/gpt-image-1', 'images', '1', '0.30')),
  rate('openai/gpt-image-1', 'images', '1', '0.45', { quality: 'high' }),
  rate('platform/workflow-wizard', 'runs', '1', '0.10'),
  rate('precise/speech', 'seconds', '1', '0.000123456789012345'),
  rate('openai/*', 'characters', '1000', '0.015'),
  rate('anthropic/claude-opus-4-7', 'tool_calls', '1', '0.01', { tool: 'web-search' }),
  forAny(rate('*', 'tool_calls', '1', '0.005')),
]

/** What the variants of this traffic say without changing a price. */
export const priceNeutralVariants = [{ name: 'region' }, { name: 'tool', meters: ['runs', 'characters'] }]

/** Has no price at first; a later card may give it one, for the past too. */
export const LATER_SERVICE = 'vendor/later'
/** Never has a price. */
export const UNPRICED_SERVICE = 'nobody/knows'

const SERVICES: readonly (readonly [service: string, category: string, meters: readonly string[]])[] = [
  ['openai/gpt-4o', 'text', ['input_tokens', 'output_tokens', 'tool_calls']],
  ['anthropic/claude-opus-4-7', 'text', ['input_tokens', 'output_tokens', 'tool_calls']],
  ['openai/gpt-image-1', 'image', ['images']],
  ['platform/workflow-wizard', 'other', ['runs', 'tool_calls']],
  ['precise/speech', 'api', ['seconds']],
  ['openai/whatever', 'api', ['characters', 'tool_calls']],
]

export interface Usage {
  readonly service: string
  readonly category: string
  readonly variant: Readonly<Record<string, string>> | undefined
  readonly quantities: Readonly<Record<string, string>>
}

/** @param unlisted how likely usage names a variant that may not be listed, and is parked then */
export function drawUsage(random: Random, unlisted: number): Usage {
  const [service, category, meters] = random.pick(SERVICES)
  const first = random.below(meters.length)
  const used = meters.filter((_, place) => place === first || random.chance(0.5))
  return {
    service,
    category,
    variant: drawVariant(random, service, unlisted),
    quantities: {
      ...Object.fromEntries(used.map((meter) => [meter, drawQuantity(random, meter)])),
      ...(random.chance(0.2) && drawZeroPools(random)),
    },
  }
}

/** Vendors send every pool that they know of, whatever the model has. */
const drawZeroPools = (random: Random): Readonly<Record<string, string>> => ({
  input_audio_tokens: '0',
  ...(random.chance(0.5) && { cache_write_1h_tokens: '0' }),
})

/** Listed variants, some that are not, and some that change no price; most usage has none. */
function drawVariant(random: Random, service: string, unlisted: number): Usage['variant'] {
  if (service === 'openai/gpt-image-1') {
    if (random.chance(0.5)) return { quality: random.pick(['high', 'low']), size: '1024x1024' }
    return random.chance(0.5) ? { quality: 'high' } : undefined
  }
  if (random.chance(1 - unlisted)) return undefined
  return {
    ...(random.chance(0.5) && { region: random.pick(['eu', 'us']) }),
    ...(random.chance(0.4) && { tool: random.pick(['web-search', 'web_search', 'calendar']) }),
    ...(random.chance(0.3) && { tier: random.pick(['flex', 'priority']) }),
  }
}

function drawQuantity(random: Random, meter: string): string {
  if (random.chance(0.03)) return '0'
  if (meter === 'seconds') return `${random.below(100_000)}.${1 + random.below(999_999)}`.replace(/0+$/, '')
  if (meter.endsWith('tokens')) return String(random.below(random.chance(0.1) ? 5_000_000 : 20_000))
  return String(random.below(20))
}

/** A service, and a variant of one: what was parked for want of these is charged then. */
export const laterRates: readonly PlainRate[] = [
  rate(LATER_SERVICE, 'pages', '1', '0.02'),
  // Until then those of everything priced these, where nothing else was used.
  rate(LATER_SERVICE, 'tool_calls', '1', '0.07'),
  rate('openai/gpt-4o', 'input_tokens', '1000000', '1.50', { tier: 'flex' }),
  rate('openai/gpt-4o', 'output_tokens', '1000000', '6.00', { tier: 'flex' }),
]

/** Pages, tool calls or both. */
export function drawLaterQuantities(random: Random): Readonly<Record<string, string>> {
  const pages = String(random.below(50))
  const calls = String(random.below(9))
  return random.pick([{ pages }, { pages, tool_calls: calls }, { tool_calls: calls }])
}

export const drawPrice = (random: Random): string =>
  `${random.below(40)}.${1 + random.below(99_999)}`.replace(/0+$/, '')
