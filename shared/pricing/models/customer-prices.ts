import { plain } from '../../money/exact.ts'
import { keyOfRate, type RateCard } from '../cards/rate-card.ts'
import type { Alias } from '../cards/rate-card-draft.ts'
import { namedRate, type PublishedRate, publishedRate, type Rate, takesUnlisted } from '../rates/rate.ts'

/**
 * The view of prices: an operator sees everything. A customer sees each price with its date, and neither how the price
 * came about (list price, exchange rate, markup, source, note) nor what another account pays.
 */
export type PriceView =
  | { readonly kind: 'operator' }
  | { readonly kind: 'customer'; readonly account: string | undefined }

/** Everybody who is no operator gets the narrow view. */
export const priceViewOf = ({
  kind,
  account,
}: {
  readonly kind: string
  readonly account: string | undefined
}): PriceView => (kind === 'operator' ? { kind } : { kind: 'customer', account })

/** A rate as a customer may see it. */
export function withoutBasis<R extends { readonly basis?: unknown }>({ basis: _, ...price }: R): Omit<R, 'basis'> {
  return price
}

/** The prices of a card as one account pays them, each under the name that the card has it by; those of no category in particular. */
export function ratesOf(card: RateCard, account: string | undefined): readonly PublishedRate[] {
  const own = new Map<string, PublishedRate>()
  for (const { service, variant, meter, account: owner } of card.rates) {
    if (!isFor(owner, account)) continue
    const found = card.rateFor({ account: account ?? '', service, variant, category: undefined }, meter)
    if (found.kind !== 'rate') continue
    const shown = namedRate(found.rate, { service, variant })
    own.set(keyOfRate(shown), withoutBasis(publishedRate(shown)))
  }
  return [...own.values()]
}

/** The aliases of services with a price for the account. Others name services that only another account may use. */
export function aliasesOf(card: RateCard, account: string | undefined): readonly Alias[] {
  const priced = new Set(card.rates.filter((rate) => isFor(rate.account, account)).map(({ service }) => service))
  return card.aliases.filter(({ service }) => priced.has(service))
}

const isFor = (owner: string | undefined, account: string | undefined): boolean =>
  owner === undefined || owner === account

const MILLION = '1000000'
const BY_THE_MILLION = /_tokens$|^characters$/

/** As people know it: per million tokens. What is sold in tiers or packages stays as it was published. */
export function asKnown(rate: Rate): Omit<PublishedRate, 'service' | 'currency' | 'account'> {
  const { service: _, currency: __, account: ___, ...said } = publishedRate(rate)
  const published = { ...said, ...(takesUnlisted(rate) && { unlistedVariant: 'base' as const }) }
  if (rate.perUnit === undefined || rate.tiers !== undefined) return published
  const per = BY_THE_MILLION.test(rate.meter) ? MILLION : '1'
  return { ...published, per, price: plain(rate.price.times(per).dividedBy(rate.per)) }
}
