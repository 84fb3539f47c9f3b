import { sha256Hex } from '../../digest/sha256.ts'
import type { Instant } from '../../time/instant.ts'
import { type Meter, meters } from '../../usage/meters.ts'
import { variantOf } from '../../usage/variant.ts'
import { type Layers, noLayers } from '../rates/markup.ts'
import type { PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import { type PublishedRate, publishedRate, type Rate, readRate, type UnlistedPolicy } from '../rates/rate.ts'
import { type RateFinder, rateFinder } from '../rates/rate-finder.ts'
import { EVERY_SERVICE, keyOf, namesFor, type RateIndex, rateIndex } from '../rates/rate-index.ts'
import type { Alias } from './rate-card-draft.ts'

/** What tells a version of the rate card from the others. */
export interface RateCardManifest {
  /** Dense, from 1. */
  readonly version: number
  readonly effectiveFrom: Instant
  readonly publishedAt: Instant
  /** SHA-256, hex: `hashOfCard`. */
  readonly hash: string
  readonly note: string
  /** Who published it, and the Idempotency-Key of that request: sent again, it finds its own version. */
  readonly actor: string
  readonly key: string
  /**
   * What a variant may say without changing a price. `undefined`: the version was published before rates said what becomes
   * of an unlisted variant, and prices by the rule of then (`UnlistedPolicy`, `unsaid`).
   */
  readonly priceNeutralVariants: readonly PriceNeutralVariant[] | undefined
}

/** One version of all prices: complete in itself, never changed once it is published. */
export interface RateCard extends RateCardManifest {
  readonly rates: readonly Rate[]
  readonly aliases: readonly Alias[]
  readonly layers: Layers
  readonly rateFor: RateFinder
  /**
   * Whether it has any rate, of whatever variant, that a meter of a service may be priced by.
   *
   * @param account whose usage; `undefined`: of any account
   */
  readonly mayPrice: (service: string, meter: string, account?: string) => boolean
  /** Whether a rate names a service, or its vendor: then usage of it may have a price, whichever meter was missing once. */
  readonly knows: (service: string) => boolean
  /** Every service and alias that it has by name, as an account sees it; `undefined`: as everybody does. */
  readonly names: (account: string | undefined) => readonly string[]
}

/** A card of rates that are ready. */
export function rateCard(
  manifest: RateCardManifest,
  rates: readonly Rate[],
  aliases: readonly Alias[] = [],
  layers: Layers = noLayers,
): RateCard {
  const index = rateIndex(
    rates,
    ({ variant }) => variant,
    (rate) => rate,
  )
  return {
    ...manifest,
    rates,
    aliases,
    layers,
    rateFor: rateFinder({ ...manifest, aliases, layers }, index),
    ...findersOf(aliases, index),
    names: (account) => namesIn(rates, aliases, account),
  }
}

/**
 * SHA-256 of everything that prices: the JSON, without spaces, of rates, aliases, layers and price-neutral variants as the
 * API shows a version, so that anybody can work it out again.
 */
export function hashOfCard({
  rates,
  aliases,
  layers,
  priceNeutralVariants,
}: Pick<RateCard, 'rates' | 'aliases' | 'layers' | 'priceNeutralVariants'>): string {
  return sha256Hex(JSON.stringify({ rates: rates.map(publishedRate), aliases, ...layers, priceNeutralVariants }))
}

export const keyOfRate = ({ service, variant, meter, account }: Rate): string => keyOf(service, variant, meter, account)

/**
 * A card as it was published: of thousands of rates those alone are made ready that are asked for, since a cold function
 * prices by a few of them.
 *
 * @throws Error when a rate is asked for that can't be read
 */
export function publishedCard(
  manifest: RateCardManifest,
  published: readonly PublishedRate[],
  aliases: readonly Alias[],
  layers: Layers = noLayers,
): RateCard {
  const unless = manifest.priceNeutralVariants === undefined ? 'unsaid' : 'park'
  const ready = (rate: PublishedRate): Rate => readyRate(rate, unless)
  const index = rateIndex(published, ({ variant }) => variantOf(variant), ready)
  let all: readonly Rate[] | undefined
  return {
    ...manifest,
    get rates() {
      all ??= published.map(ready)
      return all
    },
    aliases,
    layers,
    rateFor: rateFinder({ ...manifest, aliases, layers }, index),
    ...findersOf(aliases, index),
    names: (account) => namesIn(published, aliases, account),
  }
}

/** By the names that a rate is looked up under, without making any ready. */
function findersOf(aliases: readonly Alias[], { has }: RateIndex): Pick<RateCard, 'mayPrice' | 'knows'> {
  const services = new Map(aliases.map(({ alias, service }) => [alias, service]))
  const namesOf = (name: string): readonly string[] => namesFor(services.get(name) ?? name)
  return {
    mayPrice: (name, meter, account) => namesOf(name).some((one) => has(one, { meter, account })),
    knows: (name) => namesOf(name).some((one) => one !== EVERY_SERVICE && has(one)),
  }
}

function namesIn(
  rates: readonly { readonly service: string; readonly account?: string | undefined }[],
  aliases: readonly Alias[],
  account: string | undefined,
): readonly string[] {
  const seen = rates.filter((rate) => rate.account === undefined || rate.account === account)
  const services = new Set(seen.map(({ service }) => service).filter((service) => !service.endsWith('*')))
  return [...services, ...aliases.filter(({ service }) => services.has(service)).map(({ alias }) => alias)]
}

function readyRate(published: PublishedRate, unless: UnlistedPolicy): Rate {
  const read = readRate(published, unless)
  if (read.kind !== 'rate') throw new Error(`a published rate can't be read: ${JSON.stringify(published)}`)
  return read.rate
}

/** What every service may have beside what it is: a price of these for all of them says nothing about one. */
const FLAT: ReadonlySet<Meter> = new Set(['calls', 'tool_calls', 'workflow_steps', 'runs'])

/** Whether a card has a price of a service itself for an account, not just of a tool call with whatever service. */
export const pricesService = (card: Pick<RateCard, 'mayPrice'>, service: string, account: string): boolean => {
  const has = (name: string, meter: Meter) => card.mayPrice(name, meter, account)
  return meters.some((meter) => has(service, meter) && !(FLAT.has(meter) && has(EVERY_SERVICE, meter)))
}

/** The same for what a limit counts: a service, or a vendor's all (`openai/*`), of which one is enough. */
export const pricesSelected = (
  card: Pick<RateCard, 'mayPrice' | 'names'>,
  selector: string,
  account: string,
): boolean =>
  pricesService(card, selector, account) ||
  (selector.endsWith('/*') && card.names(account).some((name) => name.startsWith(selector.slice(0, -1))))
