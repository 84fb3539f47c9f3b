import type { RateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { type Layers, type Markup, scopeOf } from '../../../../shared/pricing/rates/markup.ts'
import { demoLayers } from '../first-rate-card.ts'
import type { ImportOptions } from './import-options.ts'
import type { PriceList } from './listed-prices.ts'

/** What was told, else what is in force: rules that somebody made are not lost by an import. */
export function layersOf(
  { exchangeRate, markupPercent }: ImportOptions,
  { currency }: PriceList,
  inForce: RateCard | undefined,
  day: string,
): Layers {
  const known = inForce === undefined || inForce.layers.exchangeRates.length === 0 ? demoLayers : inForce.layers
  const told = exchangeRate && { currency, rate: exchangeRate, day, source: 'npm run import-prices -- --exchange-rate' }
  return {
    ...known,
    ...(told && {
      exchangeRates: [...known.exchangeRates.filter((one) => one.currency !== currency), told],
    }),
    ...(markupPercent !== undefined && {
      markups: [{ percent: markupPercent }, ...known.markups.filter((markup) => !isForAll(markup))],
    }),
  }
}

const isForAll = (markup: Markup): boolean => scopeOf(markup) === scopeOf({})

export function layersText({ exchangeRates, markups }: Layers): string {
  const [general, ...others] = markups.toSorted((a, b) => Number(isForAll(b)) - Number(isForAll(a)))
  return [
    ...exchangeRates.map(({ currency, rate }) => `${currency} × ${rate}`),
    `markup ${general?.percent ?? '0'} %`,
    ...(others.length === 0 ? [] : [`${others.length} other markup rules`]),
  ].join(', ')
}
