import type { Instant } from '../../time/instant.ts'
import { type Category, categories } from '../../usage/meters.ts'
import { cardInForce } from '../cards/catalogue.ts'
import { keyOfRate, type RateCard } from '../cards/rate-card.ts'
import { isSamePrice, isSameRate, namedRate, type Rate } from '../rates/rate.ts'

/** A service with its prices: a model, or a feature of the platform. */
export interface Model {
  readonly service: string
  /** Other names, priced alike. */
  readonly aliases: readonly string[]
  /** In force. None: it is announced for later. */
  readonly prices: readonly ModelPrice[]
  readonly upcoming: readonly Announcement[]
}

export interface ModelPrice {
  readonly rate: Rate
  /** Where usage of a category has another price. */
  readonly byCategory: ReadonlyMap<Category, Rate>
}

/** Prices of a service that are other ones from a time on. */
interface Announcement {
  readonly from: Instant
  readonly rateCard: number
  /** All that the service has from then on; none: it has no price any more. */
  readonly prices: readonly ModelPrice[]
}

/**
 * Every service that a card names by itself, in order; `vendor/*` and `*` are rates, not services.
 *
 * @param account whose prices; `undefined`: everybody's
 */
export function modelsOf(cards: readonly RateCard[], now: Instant, account: string | undefined): readonly Model[] {
  const views = new Map<RateCard, View>()
  const view = (card: RateCard): View => {
    const known = views.get(card) ?? viewOf(card, account)
    views.set(card, known)
    return known
  }
  const inForce = cardInForce(cards, now)
  const announced = announcementsOf(cards, now, view)
  const prices = inForce === undefined ? new Map<string, ModelPrice[]>() : view(inForce)
  const aliases = Map.groupBy(inForce?.aliases ?? [], ({ service }) => service)
  const services = [...new Set([...prices.keys(), ...announced.keys()])].sort()
  return services.map((service) => ({
    service,
    aliases: (aliases.get(service) ?? []).map(({ alias }) => alias),
    prices: prices.get(service) ?? [],
    upcoming: announced.get(service) ?? [],
  }))
}

/** A card as one account finds it: no price of another account is in it. */
type View = ReadonlyMap<string, readonly ModelPrice[]>

function viewOf(card: RateCard, account: string | undefined): View {
  const special = new Set(card.layers.markups.flatMap(({ category }) => category ?? []))
  const prices = new Map<string, ModelPrice>()
  for (const { service, variant, meter, account: owner } of card.rates) {
    if (service.endsWith('*') || (owner !== undefined && owner !== account)) continue
    const usage = { account: account ?? '', service, variant }
    const found = card.rateFor({ ...usage, category: undefined }, meter)
    if (found.kind !== 'rate') continue
    const { rate } = found
    const byCategory = categories
      .filter((category) => special.has(category))
      .flatMap((category) => {
        const other = card.rateFor({ ...usage, category }, meter)
        return other.kind !== 'rate' || isSamePrice(rate, other.rate) ? [] : [[category, other.rate] as const]
      })
    // Under its own name, also where a rate of the account's for the whole vendor prices it.
    const named = namedRate(rate, { service, variant })
    prices.set(keyOfRate(named), { rate: named, byCategory: new Map(byCategory) })
  }
  return Map.groupBy(prices.values(), ({ rate }) => rate.service)
}

/** Whether two cards price every use of a service the same. */
function isSame(a: readonly ModelPrice[], b: readonly ModelPrice[]): boolean {
  const old = new Map(a.map((price) => [keyOfRate(price.rate), price]))
  return a.length === b.length && b.every((price) => isSameTo(old.get(keyOfRate(price.rate)), price))
}

const isSameTo = (a: ModelPrice | undefined, b: ModelPrice): boolean =>
  a !== undefined &&
  isSameRate(a.rate, b.rate) &&
  a.byCategory.size === b.byCategory.size &&
  [...b.byCategory].every(([category, rate]) => {
    const other = a.byCategory.get(category)
    return other !== undefined && isSamePrice(other, rate)
  })

/** The cards that will be in force, one after another, and the services each of them changes. */
function announcementsOf(
  cards: readonly RateCard[],
  now: Instant,
  view: (card: RateCard) => View,
): ReadonlyMap<string, readonly Announcement[]> {
  const announced = new Map<string, Announcement[]>()
  const times = [...new Set(cards.map(({ effectiveFrom }) => effectiveFrom).filter((from) => from > now))].sort(
    (a, b) => a - b,
  )
  let before = cardInForce(cards, now)
  for (const from of times) {
    const card = cardInForce(cards, from)
    if (card === undefined || card === before) continue
    const [old, next] = [before && view(before), view(card)]
    for (const service of new Set([...next.keys(), ...(old?.keys() ?? [])])) {
      const prices = next.get(service) ?? []
      if (isSame(old?.get(service) ?? [], prices)) continue
      announced.set(service, [...(announced.get(service) ?? []), { from, rateCard: card.version, prices }])
    }
    before = card
  }
  return announced
}
