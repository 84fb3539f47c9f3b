import { type Instant, MINUTE_MS } from '../../time/instant.ts'
import type { Catalogue } from '../cards/catalogue.ts'
import { decidePublication } from '../cards/decide-publication.ts'
import { saidRate } from '../cards/draft-from-card.ts'
import type { RateCard } from '../cards/rate-card.ts'
import type { CardContent } from '../cards/rate-card-draft.ts'
import { type Layers, type Markup, scopeOf } from '../rates/markup.ts'
import { type CardDraft, draftCard } from './draft-card.ts'
import type { PriceList } from './price-list.ts'

export interface Wanted {
  /** The content of a first card, where none is in force. */
  readonly first: Pick<CardContent, 'rates' | 'priceNeutralVariants'> & { readonly layers: Layers }
  /** Replaces the one in force; for one unit of the list's currency. */
  readonly exchangeRate: Omit<Layers['exchangeRates'][number], 'currency'> | undefined
  /** In percent, in the place of the general one in force. */
  readonly markup: string | undefined
}

/**
 * A draft of the card that follows the one in force, by the prices of a list. Prices that no list made stay, and so do all
 * other rules.
 */
export function draftAfter(
  inForce: RateCard | undefined,
  list: PriceList,
  { first, exchangeRate, markup }: Wanted,
): CardDraft {
  const known = inForce === undefined || inForce.layers.exchangeRates.length === 0 ? first.layers : inForce.layers
  const { currency } = list
  const otherRates = known.exchangeRates.filter((one) => one.currency !== currency)
  const otherMarkups = known.markups.filter((one) => !isWithoutScope(one))
  const layers: Layers = {
    ...known,
    exchangeRates: exchangeRate === undefined ? known.exchangeRates : [...otherRates, { currency, ...exchangeRate }],
    markups: markup === undefined ? known.markups : [{ percent: markup }, ...otherMarkups],
  }
  return draftCard(list, layers, {
    rates: inForce === undefined ? first.rates : inForce.rates.filter(({ basis }) => basis === undefined).map(saidRate),
    aliases: [],
    priceNeutralVariants: inForce === undefined ? first.priceNeutralVariants : (inForce.priceNeutralVariants ?? []),
  })
}

/** Whether a markup is the general one. */
export const isWithoutScope = (markup: Markup): boolean => scopeOf(markup) === scopeOf({})

/** A change needs ten minutes of notice; reading the draft first takes some more. */
const NOTICE_MS = 20 * MINUTE_MS

/** New prices may count from the beginning, for parked usage. A changed price needs its notice. */
export function earliestPublication(
  catalogue: Catalogue,
  asked: Omit<Parameters<typeof decidePublication>[1], 'effectiveFrom'>,
  now: Instant,
) {
  const decideFrom = (effectiveFrom: Instant) => ({
    effectiveFrom,
    decided: decidePublication(catalogue, { ...asked, effectiveFrom }, now),
  })
  const early = decideFrom(0)
  return early.decided.kind === 'accepted' ? early : decideFrom(now + NOTICE_MS)
}
