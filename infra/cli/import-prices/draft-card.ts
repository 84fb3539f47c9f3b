import { type Exact, exact, plain } from '../../../shared/money/exact.ts'
import { RATE_DECIMALS } from '../../../shared/money/limits.ts'
import type { Alias } from '../../../shared/rates/alias.ts'
import { type Basis, priceFromBasis } from '../../../shared/rates/basis.ts'
import { checkRate, type PublishedRate } from '../../../shared/rates/rate.ts'
import { keyOf } from '../../../shared/rates/rate-card.ts'
import { variantOf } from '../../../shared/usage/variant.ts'
import type { ListedRate, ListedService, PriceList, Skipped } from './listed-prices.ts'

/** What lies between a vendor's price and ours. */
export interface Layers {
  /** Euros for one unit of the list's currency. */
  readonly exchangeRate: string
  readonly markupPercent: string
}

/** All prices of the card to be, and what could not be taken. */
export interface CardDraft {
  readonly rates: readonly PublishedRate[]
  readonly aliases: readonly Alias[]
  readonly skipped: readonly Skipped[]
}

/**
 * Makes a card of a price list: each price the exact product of its layers; prices of one's own go before listed ones.
 *
 * A price that can't be charged exactly is left out, with the nearest ones that can.
 *
 * @param own rates that no list made, and that stay as they are
 */
export function draftCard(
  list: PriceList,
  layers: Layers,
  own: { readonly rates: readonly PublishedRate[]; readonly aliases: readonly Alias[] },
): CardDraft {
  const skipped: Skipped[] = [...list.skipped]
  const mine = new Set(own.rates.map(keyOfPublished))
  const rates = list.services.flatMap((listed) =>
    listed.rates.flatMap((rate) => {
      const published = publishedOf(list, listed, rate, layers)
      if (mine.has(keyOfPublished(published))) return []
      const { kind } = checkRate(published)
      if (kind === 'rate') return [published]
      skipped.push({
        service: listed.service,
        price: `${rate.meter} ${published.price} for ${rate.per}`,
        reason: reasonOf(kind, published),
      })
      return []
    }),
  )
  const all = [...rates, ...own.rates]
  const services = new Set(all.map(({ service }) => service))
  const taken = new Set(own.aliases.map(({ alias }) => alias))
  const listed = list.aliases.filter(
    ({ alias, service }) => services.has(service) && !services.has(alias) && !taken.has(alias),
  )
  return { rates: all, aliases: [...listed, ...own.aliases], skipped }
}

const keyOfPublished = ({ service, variant, meter }: PublishedRate): string => keyOf(service, variantOf(variant), meter)

function publishedOf(
  { currency }: PriceList,
  { service, source }: ListedService,
  { meter, variant, per, price, tiers, tiersBy, derivedFrom }: ListedRate,
  layers: Layers,
): PublishedRate {
  const priceOf = (listPrice: string): string => plain(priceFromBasis(listPrice, layers))
  const basis: Basis = {
    listPrice: price,
    ...(tiers && { listTiers: tiers.map((tier) => tier.price) }),
    currency,
    ...layers,
    source: derivedFrom === undefined ? source : `${source}; as ${derivedFrom}`,
  }
  return {
    service,
    meter,
    ...(variant && { variant }),
    per,
    price: priceOf(price),
    currency: 'EUR',
    ...(tiers &&
      tiersBy && { tiers: tiers.map((tier) => ({ above: tier.above, price: priceOf(tier.price) })), tiersBy }),
    basis,
  }
}

function reasonOf(kind: string, { price, per }: PublishedRate): string {
  if (kind !== 'inexact') return kind
  const perUnit: Exact = exact(price).dividedBy(exact(per))
  const [below, above] = [perUnit.toDecimalPlaces(RATE_DECIMALS, 1), perUnit.toDecimalPlaces(RATE_DECIMALS, 0)]
  return `one unit would cost a number without end; the nearest that can be charged are ${plain(below)} and ${plain(above)} € a unit`
}
