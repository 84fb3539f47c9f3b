import type { Category } from '../../usage/meters.ts'
import { noVariant, type Variant, variantOf, variantPairs } from '../../usage/variant.ts'
import { isGeneral, mayApply } from '../rates/markup.ts'
import { kindOfMeter, type PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import { isSamePrice, type Rate } from '../rates/rate.ts'
import { accountOf, EVERYBODY, keyOf, namesFor } from '../rates/rate-index.ts'
import { cardInForce } from './catalogue.ts'
import type { RateCard } from './rate-card.ts'
import type { Alias } from './rate-card-draft.ts'

/**
 * The prices in force that `card` would change from its `effectiveFrom` until the next version takes over, for anybody's
 * usage: by name, each once.
 *
 * A service that no rate and no alias names has none, also where a rate for everything prices a part of its usage. What such
 * usage costs alone stays as it was (`priceUsage`).
 */
export function pricesNeedingNotice(card: RateCard, cards: readonly RateCard[]): readonly string[] {
  const before = cardInForce(cards, card.effectiveFrom)
  if (before === undefined) return []
  const changed = new Set<string>()
  const namesOf = otherNames([...before.aliases, ...card.aliases])
  const callers = callersOf([before, card])
  const variants = variantProbes([before, card])
  const named = new Set([...before.rates.map(({ service }) => service), ...before.aliases.map(({ alias }) => alias)])
  for (const rate of probedRates(before, card)) {
    const { meter } = rate
    for (const variant of variants(rate)) {
      for (const service of [rate.service, ...namesOf(rate.service)]) {
        if (!service.endsWith('*') && !named.has(service)) continue
        for (const caller of callers(rate)) {
          const usage = { ...caller, service, variant }
          const old = before.rateFor(usage, meter)
          const next = card.rateFor(usage, meter)
          if (old.kind === 'rate' && (next.kind !== 'rate' || !isSamePrice(old.rate, next.rate)))
            changed.add(nameOf({ service, meter, variant }, caller.account))
        }
      }
    }
  }
  return [...changed]
}

/** Names that may get a rate by an alias: with a rate for everything or a vendor, any of them. */
function otherNames(aliases: readonly Alias[]): (service: string) => readonly string[] {
  const all = aliases.map(({ alias }) => alias)
  const byService = Map.groupBy(aliases, ({ service }) => service)
  return (service) => (service.endsWith('*') ? all : (byService.get(service) ?? []).map(({ alias }) => alias))
}

interface Caller {
  readonly account: string
  readonly category: Category | undefined
}

/**
 * Everybody who may pay another price than others by one of these rates: as far as markups and prices of their own name them.
 *
 * Of accounts with prices of their own those alone that have one which goes before this rate: all others pay as anybody does.
 */
function callersOf(cards: readonly RateCard[]): (rate: ProbedRate) => readonly Caller[] {
  const special = cards.flatMap(({ layers }) => layers.markups.filter((markup) => !isGeneral(markup)))
  const owned = cards.flatMap(({ rates }) => rates.filter(({ account }) => account !== undefined))
  const owners = new Map(
    [...Map.groupBy(owned, ({ service }) => service)].map(([name, some]) => [name, ownersOf(some)]),
  )
  return (rate) => {
    if (rate.account !== undefined) return [{ account: rate.account, category: undefined }]
    const rules = special.filter((markup) => mayApply(markup, rate))
    const owning = namesFor(rate.service).flatMap((name) => owners.get(name) ?? [])
    const accounts = new Set([EVERYBODY, ...owning, ...rules.flatMap(({ account }) => account ?? [])])
    const kinds = new Set([undefined, ...rules.flatMap(({ category }) => category ?? [])])
    return [...accounts].flatMap((account) => [...kinds].map((category) => ({ account, category })))
  }
}

const ownersOf = (rates: readonly Rate[]): readonly string[] => [
  ...new Set(rates.flatMap(({ account }) => account ?? [])),
]

function nameOf({ service, meter, variant }: Omit<ProbedRate, 'account'>, account: string): string {
  return [
    service,
    ...(variant === noVariant ? [] : [probeText(variant)]),
    meter,
    ...(account === EVERYBODY ? [] : [`for ${account}`]),
  ].join(' ')
}

/** What two cards are asked about: as a rate, of which no price matters. */
type ProbedRate = Pick<Rate, 'service' | 'variant' | 'meter' | 'account'>

/**
 * What to ask about to find every price that two cards may differ in: each rate of both, and
 * - where a service's names of variants concern other kinds of meters in one card than in the other: the meters that rates for
 *   its vendor or for everything price. Elsewhere such a meter costs what these say of the same variant, in both cards;
 * - where a markup for an account or a category names a service or a vendor: the same meters;
 * - where an alias moves: the rates of the service that it leaves, of the one that it comes to, and the other way round.
 */
function probedRates(before: RateCard, card: RateCard): readonly ProbedRate[] {
  const rates = [...before.rates, ...card.rates]
  const byService = Map.groupBy(rates, ({ service }) => service)
  const [old, next] = [namesOf(before), namesOf(card)]
  const further = new Map<string, ProbedRate>()
  const ask = (service: string, ofOther: string): void => {
    for (const { variant, meter, account } of byService.get(ofOther) ?? [])
      further.set(keyOf(service, variant, meter, account), { service, variant, meter, account })
  }
  const askGeneral = (service: string): void => {
    for (const general of namesFor(service)) if (general !== service) ask(service, general)
  }
  for (const { layers } of [before, card])
    for (const markup of layers.markups)
      if (!isGeneral(markup) && markup.service !== undefined) askGeneral(markup.service)
  for (const name of new Set([...old.names, ...next.names])) {
    const services = new Set([old.serviceOf(name), next.serviceOf(name)])
    const isRegrouped = old.groupsOf(name) !== next.groupsOf(name)
    for (const service of services) {
      if (isRegrouped) askGeneral(service)
      for (const other of services) if (other !== service) ask(service, other)
    }
  }
  return [...rates, ...further.values()]
}

/** Services with variants, and aliases: what each stands for, and which of its names concern which kinds of meters. */
function namesOf({ rates, aliases }: RateCard) {
  const services = new Map(aliases.map(({ alias, service }) => [alias, service]))
  const serviceOf = (name: string): string => services.get(name) ?? name
  const named = rates.filter(({ variant }) => variant !== noVariant)
  const groups = new Map(
    [...Map.groupBy(named, ({ service }) => service)].map(([service, some]) => [service, groupsText(some)]),
  )
  const groupsOf = (name: string): string | undefined => groups.get(serviceOf(name))
  return { names: [...groups.keys(), ...services.keys()], serviceOf, groupsOf }
}

const groupsText = (rates: readonly Rate[]): string => {
  const groups = rates.flatMap((rate) =>
    Object.keys(variantPairs(rate.variant) ?? {}).map((name) =>
      [accountOf(rate), name, kindOfMeter(rate.meter)].join('\0'),
    ),
  )
  return JSON.stringify([...new Set(groups)].sort())
}

/** No card lists it: names of variants begin with a letter. */
const UNLISTED = '?'

/**
 * Variants that find out whether usage of a rate's service and meter costs the same by two cards: the rate's own, none,
 * and both with a further name: each name that either card knows of the service, each price-neutral pair, and an unknown one.
 *
 * What a card does with a variant depends on which names it knows, and on the values that it lists. So these stand for all.
 */
function variantProbes(cards: readonly RateCard[]): (rate: Pick<Rate, 'service' | 'variant'>) => readonly Variant[] {
  const rates = cards.flatMap((card) => card.rates)
  const names = new Map(
    [...Map.groupBy(rates, ({ service }) => service)].map(([service, some]) => [service, namesIn(some)]),
  )
  const neutral = cards.flatMap(({ priceNeutralVariants = [] }) => priceNeutralVariants).map(pairOf)
  return ({ service, variant }) => {
    const further = [...(names.get(service) ?? []), UNLISTED].map((name) => [name, UNLISTED] as const)
    const starts = variant === noVariant ? [noVariant] : [variant, noVariant]
    const probes = starts.flatMap((start) => [start, ...[...further, ...neutral].map((pair) => withPair(start, pair))])
    return [...new Set(probes)]
  }
}

const namesIn = (rates: readonly Rate[]): readonly string[] => [
  ...new Set(rates.flatMap(({ variant }) => Object.keys(variantPairs(variant) ?? {}))),
]

const pairOf = ({ name, value }: PriceNeutralVariant): readonly [string, string] => [name, value ?? UNLISTED]

/** A name that stands there already keeps its value. */
const withPair = (variant: Variant, [name, value]: readonly [string, string]): Variant =>
  variantOf({ [name]: value, ...variantPairs(variant) })

/** A probe for people. */
const probeText = (variant: Variant): string =>
  Object.entries(variantPairs(variant) ?? {})
    .map(([name, value]) =>
      name === UNLISTED ? 'an unlisted variant' : `${name}=${value === UNLISTED ? 'unlisted' : value}`,
    )
    .join(' ')
