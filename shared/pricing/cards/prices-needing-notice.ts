import type { Category } from '../../usage/meters.ts'
import { noVariant } from '../../usage/variant.ts'
import type { Alias } from '../rates/alias.ts'
import { isGeneral, mayApply } from '../rates/markup.ts'
import { type ProbedRate, probedRates } from '../rates/probed-rates.ts'
import { isSamePrice, type Rate } from '../rates/rate.ts'
import { EVERYBODY, namesFor } from '../rates/rate-index.ts'
import { probeText, variantProbes } from '../rates/variant-probes.ts'
import { cardInForce } from './catalogue.ts'
import type { RateCard } from './rate-card.ts'

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
