import { nearest } from '../../text/nearest.ts'
import type { Category, Meter } from '../../usage/meters.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { noVariant, type Variant, variantText } from '../../usage/variant.ts'
import type { Alias } from '../cards/rate-card-draft.ts'
import type { MissingPrice } from '../charge/missing-price.ts'
import { findMarkup, isGeneral, type Layers, type Markup, withMarkup } from './markup.ts'
import { type PriceNeutralVariant, pricedVariant } from './price-neutral-variant.ts'
import { publishedRate, type Rate, readRate, takesUnlisted } from './rate.ts'
import { EVERYBODY, type RateIndex, vendorOf } from './rate-index.ts'

/** What decides which rate prices usage, beside the meter. */
interface RatedUsage extends Pick<UsageEvent, 'account' | 'service' | 'variant'> {
  /** `undefined`: of no category in particular; then markups for one do not count. */
  readonly category: Category | undefined
}

type FoundRate = { readonly kind: 'rate'; readonly rate: Rate } | MissingPrice

/** The rate for a meter of some usage: the most specific that may be taken. None never means free. */
export type RateFinder = (usage: RatedUsage, meter: Meter) => FoundRate

/** What a card says about lookups, beside its rates. */
interface RatedBy {
  readonly aliases: readonly Alias[]
  readonly layers: Layers
  readonly priceNeutralVariants: readonly PriceNeutralVariant[] | undefined
}

/** What a rate is looked up by. */
interface Asked {
  readonly service: string
  readonly variant: Variant
  readonly meter: Meter
  /** The variants that the account's or everybody's rates list for the same service and meter. */
  readonly listed: () => readonly Variant[]
}

/**
 * Looks rates up: the account's own before everybody's, each by service with variant, service, vendor, everything
 * (contracts, "Rate card"); then with the markup for the account or the category, where there is one.
 *
 * A variant that is not listed is priced by a rate that says `base`, and by no other. Where variants of a service are
 * listed for a meter, and no rate of the service itself, only usage without a variant goes on to a rate for the vendor or
 * for everything, and only to one that says `base`.
 *
 * Where an account's own rate may not be taken, everybody's rate for exactly this service and variant is; else the usage
 * waits: what the account has agreed on is not replaced by a price that it has not.
 */
export function rateFinder(card: RatedBy, index: RateIndex): RateFinder {
  const { aliases, layers, priceNeutralVariants: neutral } = card
  const { markups } = layers
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

  const variantFor = ({ account, variant }: RatedUsage, service: string, meter: Meter, hasOwn: boolean): Variant => {
    if (variant === noVariant || neutral === undefined) return variant
    const own = hasOwn ? index.namesOf(service, account) : undefined
    return pricedVariant(variant, meter, neutral, { general: index.namesOf(service, EVERYBODY), own })
  }

  return (usage, meter) => {
    const { account } = usage
    const service = services.get(usage.service) ?? usage.service
    const hasOwn = index.accounts.has(account)
    const variant = variantFor(usage, service, meter, hasOwn)
    const listed = (): readonly Variant[] => {
      const general = index.variantsOf(service, meter, EVERYBODY)
      return hasOwn ? [...new Set([...index.variantsOf(service, meter, account), ...general])] : general
    }
    const asked: Asked = { service, variant, meter, listed }

    const own = hasOwn ? findIn(index, asked, account) : undefined
    if (own !== undefined && own !== 'unlisted') return { kind: 'rate', rate: own }
    const rate = own === 'unlisted' ? index.find(service, variant, meter, EVERYBODY) : findIn(index, asked, EVERYBODY)
    if (rate === undefined && own === undefined && listed().length === 0) return missingRate(index, asked, account)
    if (rate === undefined || rate === 'unlisted') return unlistedVariant(asked)
    if (special.size === 0 || rate.basis === undefined) return { kind: 'rate', rate }
    return { kind: 'rate', rate: withSpecial(rate, usage, service) }
  }
}

/** Of the rates of one account, or of everybody. `unlisted`: there is one, but it may not be taken for the variant. */
function findIn(
  { find }: RateIndex,
  { service, variant, meter, listed }: Asked,
  account: string,
): Rate | 'unlisted' | undefined {
  const ofVariant = variant === noVariant ? undefined : find(service, variant, meter, account)
  if (ofVariant !== undefined) return ofVariant
  const ofService = find(service, noVariant, meter, account)
  if (ofService !== undefined) {
    return variant === noVariant || takesUnlisted(ofService) ? ofService : 'unlisted'
  }
  const vendor = vendorOf(service)
  const ofVendor = vendor === undefined ? undefined : find(vendor, noVariant, meter, account)
  const general = ofVendor ?? find('*', noVariant, meter, account)
  if (general === undefined || general.unlistedVariant === 'unsaid') return general
  const isListed = listed().length > 0
  if (general.unlistedVariant === 'park') return variant === noVariant && !isListed ? general : 'unlisted'
  return variant === noVariant || !isListed ? general : 'unlisted'
}

const missingRate = ({ has }: RateIndex, { service, meter }: Asked, account: string): MissingPrice => {
  const vendor = vendorOf(service)
  const isKnown = has(service, { account }) || (vendor !== undefined && has(vendor, { account }))
  return { kind: isKnown ? 'meter' : 'service', meter }
}

/** So many are compared: one event must not cost a second because a card lists thousands of variants. */
const COMPARED_VARIANTS = 100

function unlistedVariant({ variant, meter, listed }: Asked): MissingPrice {
  const variants = listed()
  const byText = new Map(variants.slice(0, COMPARED_VARIANTS).map((one) => [variantText(one), one]))
  const meant = variant === noVariant ? undefined : nearest(variantText(variant), byText.keys())
  return { kind: 'variant', meter, variant, listed: variants, nearest: meant && byText.get(meant) }
}

/** @throws Error when it can't be charged exactly: a card with such a markup is never published */
function markedRate(rate: Rate, markup: Markup): Rate {
  const published = publishedRate(rate)
  const { basis } = published
  const again = basis && withMarkup({ ...published, basis }, markup)
  const read = again && readRate(again, rate.unlistedVariant)
  if (read?.kind === 'rate') return read.rate
  throw new Error(`${rate.service} ${rate.meter} has no exact price with the markup ${JSON.stringify(markup)}`)
}
