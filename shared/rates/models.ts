import type { Instant } from '../time/instant.ts'
import { cardInForce } from './catalogue.ts'
import { priceChanges } from './price-changes.ts'
import type { Rate } from './rate.ts'
import type { RateCard } from './rate-card.ts'

/** A service with its prices: a model, or a feature of the platform. */
export interface Model {
  readonly service: string
  /** Other names, priced alike. */
  readonly aliases: readonly string[]
  /** In force. None: it is announced for later. */
  readonly rates: readonly Rate[]
  readonly upcoming: readonly Announcement[]
}

/** Rates of a service that are other ones from a time on. */
export interface Announcement {
  readonly from: Instant
  readonly rateCard: number
  /** All that the service has from then on; none: it has no price any more. */
  readonly rates: readonly Rate[]
}

/** Every service that a card names by itself, in order; `vendor/*` and `*` are rates, not services. */
export function modelsOf(cards: readonly RateCard[], now: Instant): readonly Model[] {
  const inForce = cardInForce(cards, now)
  const announced = announcementsOf(cards, now)
  const rates = ratesByService(inForce)
  const aliases = Map.groupBy(inForce?.aliases ?? [], ({ service }) => service)
  const services = [...new Set([...rates.keys(), ...announced.keys()])].sort()
  return services.map((service) => ({
    service,
    aliases: (aliases.get(service) ?? []).map(({ alias }) => alias),
    rates: rates.get(service) ?? [],
    upcoming: announced.get(service) ?? [],
  }))
}

/** The cards that will be in force, one after another, and the services each of them changes. */
function announcementsOf(cards: readonly RateCard[], now: Instant): ReadonlyMap<string, readonly Announcement[]> {
  const announced = new Map<string, Announcement[]>()
  const times = [...new Set(cards.map(({ effectiveFrom }) => effectiveFrom).filter((from) => from > now))].sort(
    (a, b) => a - b,
  )
  let before = cardInForce(cards, now)
  for (const from of times) {
    const card = cardInForce(cards, from)
    if (card === undefined || card === before) continue
    const rates = ratesByService(card)
    const changed = new Set(priceChanges(before, card).map(({ service }) => service))
    for (const service of changed) {
      if (isMany(service)) continue
      const known = announced.get(service) ?? []
      announced.set(service, [...known, { from, rateCard: card.version, rates: rates.get(service) ?? [] }])
    }
    before = card
  }
  return announced
}

const ratesByService = (card: RateCard | undefined): ReadonlyMap<string, readonly Rate[]> =>
  Map.groupBy(
    (card?.rates ?? []).filter(({ service }) => !isMany(service)),
    ({ service }) => service,
  )

const isMany = (service: string): boolean => service.endsWith('*')
