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
export const keyOf = (service: string, variant: Variant, meter: Meter, account: string = EVERYBODY): string =>
  `${service}\0${variant}\0${meter}\0${account}`

/**
 * Looks rates up: the account's own before everybody's, each by service with variant, service, vendor, everything
 * (contracts, "Rate card"); then with the markup for the account or the category, where there is one.
 *
 * @param find the rate for exactly this
 * @param accounts those with prices of their own
 */
export function rateFinder(
  aliases: readonly Alias[],
  { markups }: Layers,
  find: (service: string, variant: Variant, meter: Meter, account: string) => Rate | undefined,
  accounts: ReadonlySet<string>,
): RateFinder {
  const services = new Map(aliases.map(({ alias, service }) => [alias, service]))
  const special = Map.groupBy(
    markups.filter((markup) => !isGeneral(markup)),
    ({ account }) => account,
  )
  const ofCategories = special.get(undefined) ?? []
  const marked = new Map<Markup, Map<Rate, Rate>>()

  const withSpecial = (rate: Rate, usage: RatedUsage, service: string): Rate => {
    const own = special.get(usage.account)
    const asked = { ...usage, service, meter: rate.meter }
    const markup = (own && findMarkup(own, asked)) ?? findMarkup(ofCategories, asked)
    if (markup === undefined) return rate
    const known = marked.get(markup)?.get(rate)
    if (known !== undefined) return known
    const made = markedRate(rate, markup)
    marked.set(markup, (marked.get(markup) ?? new Map()).set(rate, made))
    return made
  }

  /** By service with variant, service, vendor, everything. */
  const findFor = (service: string, variant: Variant, meter: Meter, account: string): Rate | undefined => {
    if (variant !== noVariant) {
      const ofVariant = find(service, variant, meter, account)
      if (ofVariant !== undefined) return ofVariant
    }
    const ofService = find(service, noVariant, meter, account)
    if (ofService !== undefined) return ofService
    const vendor = service.slice(0, service.indexOf('/') + 1)
    const ofVendor = vendor === '' ? undefined : find(`${vendor}*`, noVariant, meter, account)
    return ofVendor ?? find('*', noVariant, meter, account)
  }

  return (usage, meter) => {
    const service = services.get(usage.service) ?? usage.service
    const own = accounts.has(usage.account) ? findFor(service, usage.variant, meter, usage.account) : undefined
    const rate = own ?? findFor(service, usage.variant, meter, EVERYBODY)
    if (rate === undefined || rate === own || special.size === 0 || rate.basis === undefined) return rate
    return withSpecial(rate, usage, service)
  }
}

/** No account has this id. */
const EVERYBODY = ''

/** @throws Error when it can't be charged exactly: a card with such a markup is never published */
function markedRate(rate: Rate, markup: Markup): Rate {
  const published = publishedRate(rate)
  const { basis } = published
  const again = basis && withMarkup({ ...published, basis }, markup)
  const read = again && readRate(again)
  if (read?.kind === 'rate') return read.rate
  throw new Error(`${rate.service} ${rate.meter} has no exact price with the markup ${JSON.stringify(markup)}`)
}
