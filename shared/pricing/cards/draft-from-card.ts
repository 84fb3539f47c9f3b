import { byName } from '../../text/order.ts'
import { type PublishedRate, publishedRate, type Rate } from '../rates/rate.ts'
import { compileRates } from './compile-rates.ts'
import type { RateCard } from './rate-card.ts'
import type { CardContent, ListRate } from './rate-card-draft.ts'

/**
 * What a version was made of, to be edited: a rate that its layers give again from a list price is that list price, all
 * others are prices of one's own. Published as it is, it gives the same prices.
 */
export function draftFromCard(card: RateCard): CardContent {
  const { aliases, layers, priceNeutralVariants = [] } = card
  const own: PublishedRate[] = []
  const listPrices: ListRate[] = []
  for (const rate of card.rates.map(saidRate)) {
    const listed = rate.account === undefined ? listedOf(rate) : undefined
    const [again] = listed ? compileRates({ rates: [], listPrices: [listed], layers }).rates : []
    if (listed !== undefined && again !== undefined && isSame(again.rate, rate)) listPrices.push(listed)
    else own.push(rate)
  }
  return { rates: own, listPrices, aliases, layers, priceNeutralVariants }
}

/**
 * A rate as a new card has to say it: one of a card from before rates said what becomes of unlisted variants takes them.
 *
 * Not said, and so not kept: where such a card prices a variant by a rate for the vendor or for everything although the service
 * lists variants (a new card parks it, or takes everybody's rate for exactly it), and where a name of the variant concerns
 * other kinds of meters (a new card leaves it out). The preview of a draft's costs shows both.
 */
export const saidRate = (rate: Rate): PublishedRate => ({
  ...publishedRate(rate),
  ...(rate.unlistedVariant === 'unsaid' && { unlistedVariant: 'base' }),
})

function listedOf({
  basis,
  price: _,
  tiers,
  account: __,
  currency: ___,
  ...what
}: PublishedRate): ListRate | undefined {
  if (basis === undefined) return undefined
  const { listPrice, listTiers, currency, source, asOf } = basis
  const steps = tiers?.map(({ above }, place) => ({ above, price: listTiers?.[place] ?? '0' }))
  return {
    ...what,
    listPrice,
    ...(steps && { listTiers: steps }),
    currency,
    source,
    ...(asOf !== undefined && { asOf }),
  }
}

/** Both as they are published: the same digits, the same layers. */
const isSame = (a: PublishedRate, b: PublishedRate): boolean =>
  a.price === b.price &&
  JSON.stringify(a.tiers) === JSON.stringify(b.tiers) &&
  JSON.stringify(sorted(a.basis)) === JSON.stringify(sorted(b.basis))

const sorted = (basis: PublishedRate['basis']) =>
  Object.entries(basis ?? {})
    .filter(([, value]) => value !== undefined)
    .sort(byName)
