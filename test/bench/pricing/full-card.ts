import { compileRates } from '../../../shared/pricing/cards/compile-rates.ts'
import { publishedCard, type RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { Alias } from '../../../shared/pricing/cards/rate-card-draft.ts'
import { draftCard } from '../../../shared/pricing/price-lists/draft-card.ts'
import { bundledProviders, readGenaiPrices } from '../../../shared/pricing/price-lists/genai-prices.ts'
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

/** Every price of the public list as it is listed: a dollar counts as a euro, and nothing is added. */
export async function fullCard(): Promise<StoredCard> {
  const list = readGenaiPrices(await bundledProviders(), { vendors: undefined, day: '2026-11-23' })
  const layers = {
    exchangeRates: [{ currency: 'USD', rate: '1', day: '2026-11-23', source: 'none' }],
    markups: [{ percent: '0' }],
  }
  const draft = draftCard(list, layers, { rates: [], aliases: [], priceNeutralVariants: [] })
  return { rates: compileRates(draft).rates.map(({ rate }) => rate), aliases: draft.aliases }
}

/** The same services again under other names, until there are so many. */
export function grownTo(services: number, { rates, aliases }: StoredCard): StoredCard {
  const byService = [...Map.groupBy(rates, ({ service }) => service).values()]
  const grown = Array.from({ length: services }, (_, place) => {
    const again = Math.floor(place / byService.length)
    const some = byService[place % byService.length] ?? []
    return again === 0 ? some : some.map((rate) => ({ ...rate, service: `${rate.service}-${again}` }))
  })
  return { rates: grown.flat(), aliases }
}
