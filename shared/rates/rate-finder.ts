import type { Category, Meter } from '../usage/meters.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { noVariant, type Variant } from '../usage/variant.ts'
import type { Alias } from './alias.ts'
import type { Layers } from './layers.ts'
import { findMarkup, isGeneral, type Markup, withMarkup } from './markup.ts'
import { publishedRate, type Rate, readRate } from './rate.ts'

/** What decides which rate prices usage, beside the meter. */
export interface RatedUsage extends Pick<UsageEvent, 'account' | 'service' | 'variant'> {
  /** `undefined`: of no category in particular; then markups for one do not count. */
  readonly category: Category | undefined
}

/** The rate for a meter of some usage: the most specific wins; `undefined`: it has no price, which never means free. */
export type RateFinder = (usage: RatedUsage, meter: Meter) => Rate | undefined

/** What a card tells rates apart by. Names hold no control characters, so the pieces can't run into each other. */
export const keyOf = (service: string, variant: Variant, meter: Meter, account = ''): string =>
  `${service}\0${variant}\0${meter}\0${account}`

/**
 * Looks rates up: the account's own before everybody's, each by service with variant, service, vendor, everything
 * (contracts, "Rate card"); then with the markup for the account or the category, where there is one.
 *
 * @param find a rate by its key
 * @param accounts those with prices of their own
 */
export function rateFinder(
  aliases: readonly Alias[],
  { markups }: Layers,
  find: (key: string) => Rate | undefined,
  accounts: ReadonlySet<string>,
): RateFinder {
  const services = new Map(aliases.map(({ alias, service }) => [alias, service]))
  const special = markups.filter((markup) => !isGeneral(markup))
  const marked = new Map<Markup, Map<Rate, Rate>>()

  const withSpecial = (rate: Rate, usage: RatedUsage, service: string): Rate => {
    const markup = findMarkup(special, { ...usage, service, meter: rate.meter })
    if (markup === undefined) return rate
    const known = marked.get(markup)?.get(rate)
    if (known !== undefined) return known
    const made = markedRate(rate, markup)
    marked.set(markup, (marked.get(markup) ?? new Map()).set(rate, made))
    return made
  }

  return (usage, meter) => {
    const service = services.get(usage.service) ?? usage.service
    const scopes = scopesOf(service, usage.variant)
    if (accounts.has(usage.account)) {
      for (const [scope, variant] of scopes) {
        const own = find(keyOf(scope, variant, meter, usage.account))
        if (own !== undefined) return own
      }
    }
    for (const [scope, variant] of scopes) {
      const rate = find(keyOf(scope, variant, meter))
      if (rate === undefined) continue
      return special.length === 0 || rate.basis === undefined ? rate : withSpecial(rate, usage, service)
    }
    return undefined
  }
}

function scopesOf(service: string, variant: Variant): readonly (readonly [string, Variant])[] {
  const vendor = service.slice(0, service.indexOf('/') + 1)
  return [
    ...(variant === noVariant ? [] : [[service, variant] as const]),
    [service, noVariant],
    ...(vendor === '' ? [] : [[`${vendor}*`, noVariant] as const]),
    ['*', noVariant],
  ]
}

/** @throws Error when it can't be charged exactly: a card with such a markup is never published */
function markedRate(rate: Rate, markup: Markup): Rate {
  const published = publishedRate(rate)
  const { basis } = published
  const again = basis && withMarkup({ ...published, basis }, markup)
  const read = again && readRate(again)
  if (read?.kind === 'rate') return read.rate
  throw new Error(`${rate.service} ${rate.meter} has no exact price with the markup ${JSON.stringify(markup)}`)
}
