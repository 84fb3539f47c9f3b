import { draftCard } from '../../../infra/cli/lib/import-prices/draft-card.ts'
import { bundledProviders, readProviders } from '../../../infra/cli/lib/import-prices/genai-prices.ts'
import { compileRates } from '../../../shared/pricing/cards/compile-rates.ts'
import type { StoredCard } from './card-of-stored.ts'

/** Every price of the public list as it is listed: a dollar counts as a euro, and nothing is added. */
export async function fullCard(): Promise<StoredCard> {
  const list = readProviders(await bundledProviders(), { vendors: undefined, day: '2026-11-23' })
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
