import { nearest } from '../../text/nearest.ts'
import type { Meter } from '../../usage/meters.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { noVariant, type Variant, variantText } from '../../usage/variant.ts'
import type { MissingPrice } from '../charge/missing-price.ts'
import { type PriceNeutralVariant, pricedVariant } from './price-neutral-variant.ts'
import { type Rate, takesUnlisted } from './rate.ts'
import { EVERY_SERVICE, EVERYBODY, type RateIndex, vendorOf } from './rate-index.ts'

export type FoundRate = { readonly kind: 'rate'; readonly rate: Rate } | MissingPrice

/** The key to look up a rate. */
interface Asked {
  readonly service: string
  readonly variant: Variant
  readonly meter: Meter
  /** The variants that the account's or everybody's rates list for the same service and meter. */
  readonly listed: () => readonly Variant[]
}

/**
 * Chooses the rate for one meter of some usage: the account's own before everybody's, each by service with variant, service,
 * vendor, everything (contracts, "Rate card"). No rate never means free.
 *
 * A variant that is not listed is priced by a rate that says `base`, and by no other. Where variants of a service are listed
 * for a meter, and the service itself has no rate, only usage without a variant goes on to a rate for the vendor or for
 * everything, and only to one that says `base`.
 *
 * Where an account's own rate may not be taken, everybody's rate for exactly this service and variant is; else the usage
 * waits: a price that the account has agreed on is not replaced by another one.
 *
 * @param usage with the service's own name, not an alias
 * @param neutral parts of variants that change no price; `undefined`: a card from before there were any
 */
export function chooseRateForVariant(
  index: RateIndex,
  usage: Pick<UsageEvent, 'account' | 'service' | 'variant'>,
  meter: Meter,
  neutral: readonly PriceNeutralVariant[] | undefined,
): FoundRate {
  const { account, service } = usage
  const hasOwn = index.accounts.has(account)
  const listed = (): readonly Variant[] => {
    const general = index.variantsOf(service, meter, EVERYBODY)
    return hasOwn ? [...new Set([...index.variantsOf(service, meter, account), ...general])] : general
  }
  const asked: Asked = { service, variant: variantFor(index, usage, meter, neutral), meter, listed }

  const own = hasOwn ? chooseAmong(index, asked, account) : undefined
  if (own !== undefined && own !== 'unlisted') return { kind: 'rate', rate: own }
  const rate =
    own === 'unlisted' ? index.find(service, asked.variant, meter, EVERYBODY) : chooseAmong(index, asked, EVERYBODY)
  if (rate === undefined && own === undefined && listed().length === 0) return missingRate(index, asked, account)
  if (rate === undefined || rate === 'unlisted') return unlistedVariant(asked)
  return { kind: 'rate', rate }
}

/** The variant without its parts that change no price of the meter. */
function variantFor(
  index: RateIndex,
  { account, service, variant }: Pick<UsageEvent, 'account' | 'service' | 'variant'>,
  meter: Meter,
  neutral: readonly PriceNeutralVariant[] | undefined,
): Variant {
  if (variant === noVariant || neutral === undefined) return variant
  const own = index.accounts.has(account) ? index.namesOf(service, account) : undefined
  return pricedVariant(variant, meter, neutral, { general: index.namesOf(service, EVERYBODY), own })
}

/** Of the rates of one account, or of everybody. `unlisted`: there is one, but it may not be taken for the variant. */
function chooseAmong(
  index: RateIndex,
  { service, variant, meter, listed }: Asked,
  account: string,
): Rate | 'unlisted' | undefined {
  const ofVariant = variant === noVariant ? undefined : index.find(service, variant, meter, account)
  if (ofVariant !== undefined) return ofVariant
  const ofService = index.find(service, noVariant, meter, account)
  if (ofService !== undefined) return variant === noVariant || takesUnlisted(ofService) ? ofService : 'unlisted'
  const vendor = vendorOf(service)
  const ofVendor = vendor === undefined ? undefined : index.find(vendor, noVariant, meter, account)
  const general = ofVendor ?? index.find(EVERY_SERVICE, noVariant, meter, account)
  if (general === undefined || general.unlistedVariant === 'unsaid') return general
  const isListed = listed().length > 0
  if (general.unlistedVariant === 'park') return variant === noVariant && !isListed ? general : 'unlisted'
  return variant === noVariant || !isListed ? general : 'unlisted'
}

function missingRate(index: RateIndex, { service, meter }: Asked, account: string): MissingPrice {
  const vendor = vendorOf(service)
  const isKnown = index.has(service, { account }) || (vendor !== undefined && index.has(vendor, { account }))
  return { kind: isKnown ? 'meter' : 'service', meter }
}

/** The most variants that are compared with an unlisted one: a card may list thousands, and one event must not cost a second. */
const COMPARED_VARIANTS = 100

function unlistedVariant({ variant, meter, listed }: Asked): MissingPrice {
  const variants = listed()
  const byText = new Map(variants.slice(0, COMPARED_VARIANTS).map((one) => [variantText(one), one]))
  const meant = variant === noVariant ? undefined : nearest(variantText(variant), byText.keys())
  return { kind: 'variant', meter, variant, listed: variants, nearest: meant && byText.get(meant) }
}
