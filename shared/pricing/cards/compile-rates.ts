import { variantOf } from '../../usage/variant.ts'
import { findMarkup, isGeneral, type Layers, type Markup, withMarkup } from '../rates/markup.ts'
import type { PublishedRate } from '../rates/rate.ts'
import { keyOf } from '../rates/rate-index.ts'
import type { CardContent, DraftFault, ListRate } from './rate-card-draft.ts'

/** A rate with its price, and where in the draft it comes from. */
export interface CompiledRate {
  readonly rate: PublishedRate
  readonly pointer: string
}

export interface CompiledRates {
  readonly rates: readonly CompiledRate[]
  /** List prices without a markup rule: they make no rate, so their usage is parked. */
  readonly unmarked: readonly ListRate[]
  readonly faults: readonly DraftFault[]
}

/**
 * Makes a price of each list price: list price × exchange rate × markup, exact. Prices of one's own stay as they are, and
 * go before a list price of the same.
 *
 * Markups for accounts and categories are left to the card: they make other prices of the same rate.
 */
export function compileRates({
  rates: own,
  listPrices,
  layers,
}: Pick<CardContent, 'rates' | 'listPrices' | 'layers'>): CompiledRates {
  const general = layers.markups.filter(isGeneral)
  const euros = new Map(layers.exchangeRates.map(({ currency, rate }) => [currency, rate]))
  const mine = new Set(own.flatMap((rate) => (rate.account === undefined ? [keyOfLine(rate)] : [])))
  const rates: CompiledRate[] = []
  const unmarked: ListRate[] = []
  const faults: DraftFault[] = []
  listPrices.forEach((one, place) => {
    if (mine.has(keyOfLine(one))) return
    const pointer = `/listPrices/${place}`
    const exchangeRate = one.currency === 'EUR' ? '1' : euros.get(one.currency)
    const markup = markupOf(one, general, layers)
    if (exchangeRate === undefined) faults.push({ pointer, detail: noExchangeRate(one.currency) })
    else if (markup === undefined) unmarked.push(one)
    else {
      const rate = withMarkup(listedRate(one, exchangeRate), markup)
      if (rate === undefined) faults.push({ pointer, detail: ENDLESS_MARKUP })
      else rates.push({ rate, pointer })
    }
  })
  return {
    rates: [...rates, ...own.map((rate, place) => ({ rate, pointer: `/rates/${place}` }))],
    unmarked,
    faults,
  }
}

export const ENDLESS_MARKUP = 'the fixed markup for these units would be a number without end; choose another "per"'

const noExchangeRate = (currency: string): string =>
  `the list price is in ${currency}, and exchangeRates has no rate of it; add one with its day and source`

const keyOfLine = ({ service, variant, meter }: PublishedRate | ListRate): string =>
  keyOf(service, variantOf(variant), meter)

const markupOf = (
  { service, meter }: ListRate,
  general: readonly Markup[],
  { defaultPercent }: Layers,
): Pick<Markup, 'percent' | 'fixed'> | undefined =>
  findMarkup(general, { service, meter }) ?? (defaultPercent === undefined ? undefined : { percent: defaultPercent })

/** In euros, without a markup yet. */
function listedRate(
  { listPrice, listTiers, currency, source, asOf, ...what }: ListRate,
  exchangeRate: string,
): Parameters<typeof withMarkup>[0] {
  return {
    ...what,
    price: '0',
    currency: 'EUR',
    ...(listTiers && { tiers: listTiers }),
    basis: {
      listPrice,
      ...(listTiers && { listTiers: listTiers.map(({ price }) => price) }),
      currency,
      exchangeRate,
      markupPercent: '0',
      source,
      ...(asOf !== undefined && { asOf }),
    },
  }
}
