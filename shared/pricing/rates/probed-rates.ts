import { noVariant, variantPairs } from '../../usage/variant.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { isGeneral } from './markup.ts'
import { kindOfMeter } from './priced-variant.ts'
import type { Rate } from './rate.ts'
import { accountOf, keyOf, namesFor } from './rate-index.ts'

/** What two cards are asked about: as a rate, of which no price matters. */
export type ProbedRate = Pick<Rate, 'service' | 'variant' | 'meter' | 'account'>

/**
 * What to ask about to find every price that two cards may differ in: each rate of both, and
 * - where a service's names of variants concern other kinds of meters in one card than in the other: the meters that rates for
 *   its vendor or for everything price. Elsewhere such a meter costs what these say of the same variant, in both cards;
 * - where a markup for an account or a category names a service or a vendor: the same meters;
 * - where an alias moves: the rates of the service that it leaves, of the one that it comes to, and the other way round.
 */
export function probedRates(before: RateCard, card: RateCard): readonly ProbedRate[] {
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
