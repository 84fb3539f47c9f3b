import {
  type ConditionalPrice,
  type MatchLogic,
  type ModelInfo,
  type Provider,
  waitForUpdate,
} from '@pydantic/genai-prices'
import type { Meter } from '../../usage/meters.ts'
import type { Alias } from '../cards/rate-card-draft.ts'
import {
  deriveRates,
  type ListedRate,
  type ListedService,
  type PriceList,
  type Skipped,
  type Upcoming,
} from './price-list.ts'

/** The providers that come with the package; nothing is fetched. */
export async function bundledProviders(): Promise<readonly Provider[]> {
  const providers = await waitForUpdate()
  if (providers === null) throw new Error('@pydantic/genai-prices has no prices in it')
  return providers
}

/** The release whose prices come with the package, and its day: the package itself does not say. A test holds it to the one installed. */
export const BUNDLED_LIST = { version: '0.1.8', day: '2026-09-23' }

/** The meter of a price of genai-prices. */
interface KnownKey {
  readonly meter: Meter
  readonly per: string
  readonly variant?: Readonly<Record<string, string>>
}

const MILLION = '1000000'
const THOUSAND = '1000'
const HOUR_OF_SECONDS = '3600'

/**
 * Keys of genai-prices whose prices we can charge by.
 *
 * Searches are tool calls of a variant: a plain rate for `tool_calls` of a model would hide the platform's own.
 */
const KNOWN_KEYS: Readonly<Record<string, KnownKey>> = {
  input_mtok: { meter: 'input_tokens', per: MILLION },
  output_mtok: { meter: 'output_tokens', per: MILLION },
  cache_read_mtok: { meter: 'cached_input_tokens', per: MILLION },
  cache_write_mtok: { meter: 'cache_write_5m_tokens', per: MILLION },
  cache_write_1h_mtok: { meter: 'cache_write_1h_tokens', per: MILLION },
  output_reasoning_mtok: { meter: 'reasoning_tokens', per: MILLION },
  input_audio_mtok: { meter: 'input_audio_tokens', per: MILLION },
  output_audio_mtok: { meter: 'output_audio_tokens', per: MILLION },
  audio_hours: { meter: 'seconds', per: HOUR_OF_SECONDS },
  input_document_kpages: { meter: 'pages', per: THOUSAND },
  input_annotated_document_kpages: { meter: 'pages', per: THOUSAND, variant: { annotated: 'yes' } },
  requests_kcount: { meter: 'calls', per: THOUSAND },
  web_searches_kcount: { meter: 'tool_calls', per: THOUSAND, variant: { tool: 'web-search' } },
  storage_searches_kcount: { meter: 'tool_calls', per: THOUSAND, variant: { tool: 'file-search' } },
}

/** The same price under another name, where both stand. */
const SAME_AS: Readonly<Record<string, string>> = { input_audio_hours: 'audio_hours' }

/** All input tokens, cached or not: they choose the list's tier, for each meter. */
const INPUT_METERS: readonly Meter[] = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'input_audio_tokens',
]

/** They resell models, or sell by subscription: the same models again, at other prices. */
const RESELLERS: ReadonlySet<string> = new Set(['openrouter', 'github-copilot', 'cursor'])

/**
 * Reads genai-prices' data (MIT, Pydantic): its prices as digits, never results of its own arithmetic with floats.
 *
 * @param vendors ids of providers; `undefined`: all but resellers
 * @param day by UTC: the list of that day is taken
 */
export function readGenaiPrices(
  providers: readonly Provider[],
  {
    vendors,
    day,
    asOf,
  }: { readonly vendors: readonly string[] | undefined; readonly day: string; readonly asOf?: string | undefined },
): PriceList {
  const chosen = providers.filter(({ id }) => (vendors === undefined ? !RESELLERS.has(id) : vendors.includes(id)))
  const services: ListedService[] = []
  const skipped: Skipped[] = []
  const upcoming: Upcoming[] = []
  for (const provider of chosen) {
    for (const model of provider.models) {
      const service = `${provider.id}/${model.id}`
      const list = listOf(model, day)
      upcoming.push(...announcedOf(model, day).map((from) => ({ service, from })))
      if (list === 'by time of day') {
        skipped.push({ service, reason: 'its price depends on the time of day' })
        continue
      }
      const { rates, skipped: left, unreadable } = ratesOf(service, list)
      skipped.push(...left)
      if (rates.length > 0)
        services.push({ service, rates: deriveRates(service, rates, unreadable), source: sourceOf(provider) })
    }
  }
  const named = new Set(services.map(({ service }) => service))
  const aliases = chosen.flatMap((provider) => aliasesOf(provider, named))
  return { name: '@pydantic/genai-prices', currency: 'USD', asOf, services, aliases, skipped, upcoming }
}

const SOURCE_CHARACTERS = 200

const sourceOf = ({ id, pricing_urls: [url] = [] }: Provider): string =>
  `@pydantic/genai-prices ${id}${url === undefined ? '' : ` (${url})`}`.slice(0, SOURCE_CHARACTERS)

/** The list in force on a day: the last whose day has come. */
function listOf({ prices }: ModelInfo, day: string): Readonly<Record<string, unknown>> | 'by time of day' {
  if (!Array.isArray(prices)) return prices
  if (prices.some(({ constraint }) => constraint?.type === 'time_of_date')) return 'by time of day'
  return prices.findLast((one) => startOf(one) <= day)?.prices ?? {}
}

const startOf = ({ constraint }: ConditionalPrice): string =>
  constraint?.type === 'start_date' ? String(constraint.start_date).slice(0, 10) : ''

const announcedOf = ({ prices }: ModelInfo, day: string): readonly string[] =>
  Array.isArray(prices) ? prices.map(startOf).filter((start) => start > day) : []

interface ReadList {
  readonly rates: readonly ListedRate[]
  readonly skipped: readonly Skipped[]
  /** Meters whose prices could not be taken. */
  readonly unreadable: ReadonlySet<Meter>
}

function ratesOf(service: string, list: Readonly<Record<string, unknown>>): ReadList {
  const rates: ListedRate[] = []
  const skipped: Skipped[] = []
  const unreadable = new Set<Meter>()
  const prices = Object.entries(list).filter(([, price]) => price !== undefined)
  if (prices.length === 0) skipped.push({ service, reason: 'the list has no price: free or unknown' })
  for (const [key, price] of prices) {
    const known = KNOWN_KEYS[key]
    const same = SAME_AS[key]
    if (same !== undefined && list[same] === price) continue
    if (known === undefined) skipped.push({ service, price: key, reason: 'there is no meter for it' })
    else {
      const read = pricesOf(price)
      if (read !== undefined) {
        rates.push({ ...known, ...read })
        continue
      }
      unreadable.add(known.meter)
      skipped.push({ service, price: key, reason: 'its digits are those of a float, not of a price' })
    }
  }
  return { rates, skipped, unreadable }
}

function pricesOf(price: unknown): Pick<ListedRate, 'price' | 'tiers' | 'tiersBy'> | undefined {
  if (typeof price === 'number') {
    const digits = digitsOf(price)
    return digits === undefined ? undefined : { price: digits }
  }
  const { base, tiers } = price as {
    readonly base: number
    readonly tiers: readonly { start: number; price: number }[]
  }
  const [own, ...steps] = [base, ...tiers.map((tier) => tier.price)].map(digitsOf)
  if (own === undefined || steps.includes(undefined)) return undefined
  return {
    price: own,
    tiers: tiers.map(({ start }, place) => ({ above: String(start), price: steps[place] ?? '' })),
    tiersBy: { scope: 'event', meters: [...INPUT_METERS] },
  }
}

const DECIMALS_OF_A_PRICE = 12

/** The shortest digits that give the number again: those of the source, unless arithmetic made it. */
function digitsOf(price: number): string | undefined {
  const digits = String(price)
  const [, decimals = ''] = digits.split('.')
  return /^\d+(?:\.\d+)?$/.test(digits) && decimals.length <= DECIMALS_OF_A_PRICE ? digits : undefined
}

/** Other names that the list gives in full; patterns are never evaluated: a name is not guessed. */
function aliasesOf({ id, models }: Provider, services: ReadonlySet<string>): readonly Alias[] {
  const seen = new Set<string>()
  return models.flatMap((model) => {
    const service = `${id}/${model.id}`
    if (!services.has(service)) return []
    return namesIn(model.match).flatMap((name) => {
      const alias = `${id}/${name}`
      if (services.has(alias) || seen.has(alias)) return []
      seen.add(alias)
      return [{ alias, service }]
    })
  })
}

function namesIn(match: MatchLogic): readonly string[] {
  if ('equals' in match) return [match.equals]
  return 'or' in match ? match.or.flatMap(namesIn) : []
}
