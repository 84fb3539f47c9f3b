import { compileRates } from '../cards/compile-rates.ts'
import type { CardContent, ListRate } from '../cards/rate-card-draft.ts'
import type { Layers } from '../rates/markup.ts'
import { checkRate, faultText } from '../rates/rate.ts'
import type { ListedRate, ListedService, PriceList, Skipped } from './price-list.ts'

/** All prices of the future card, and prices that could not be taken. */
export interface CardDraft extends CardContent {
  readonly skipped: readonly Skipped[]
}

/**
 * Makes a card of a price list: prices of one's own go before listed ones.
 *
 * A price that can't be charged exactly is left out, with the nearest ones that can.
 *
 * @param own prices that no list made, which stay as they are
 */
export function draftCard(
  list: PriceList,
  layers: Layers,
  own: Pick<CardContent, 'rates' | 'aliases' | 'priceNeutralVariants'>,
): CardDraft {
  const listed = list.services.flatMap((one) => one.rates.map((rate) => listRateOf(list, one, rate)))
  const skipped: Skipped[] = [...list.skipped]
  const unfit = new Set<string>()
  for (const { rate, pointer } of compileRates({ rates: [], listPrices: listed, layers }).rates) {
    const { kind } = checkRate(rate)
    if (kind === 'rate') continue
    unfit.add(pointer)
    skipped.push({
      service: rate.service,
      price: `${rate.meter} ${rate.price} for ${rate.per}`,
      reason: faultText(kind, rate),
    })
  }
  const listPrices = listed.filter((_, place) => !unfit.has(`/listPrices/${place}`))
  const services = new Set([...listPrices, ...own.rates].map(({ service }) => service))
  const taken = new Set(own.aliases.map(({ alias }) => alias))
  const aliases = list.aliases.filter(
    ({ alias, service }) => services.has(service) && !services.has(alias) && !taken.has(alias),
  )
  return { ...own, listPrices, aliases: [...aliases, ...own.aliases], layers, skipped }
}

const listRateOf = (
  { currency, asOf }: PriceList,
  { service, source }: ListedService,
  { meter, variant, per, price, tiers, tiersBy, derivedFrom }: ListedRate,
): ListRate => ({
  service,
  meter,
  variant,
  per,
  listPrice: price,
  listTiers: tiers && [...tiers],
  tiersBy,
  currency,
  source: derivedFrom === undefined ? source : `${source}; as ${derivedFrom}`,
  asOf,
})
