import { sha256Hex } from '../../digest/sha256.ts'
import { didYouMean } from '../../text/did-you-mean.ts'
import type { Instant } from '../../time/instant.ts'
import { type Meter, meters } from '../../usage/meters.ts'
import type { FoundRate } from '../rates/choose-rate-for-variant.ts'
import { type Layers, noLayers } from '../rates/markup.ts'
import type { PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import { type PublishedRate, publishedRate, type Rate } from '../rates/rate.ts'
import { RateFinder } from '../rates/rate-finder.ts'
import { EVERY_SERVICE, keyOf, namesFor, RateIndex } from '../rates/rate-index.ts'
import type { Alias } from './rate-card-draft.ts'

/** The facts that identify a version of the rate card. */
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

/** Meters that any service may have beside its own: a price of these for all services says nothing about one. */
const FLAT: ReadonlySet<Meter> = new Set(['calls', 'tool_calls', 'workflow_steps', 'runs'])

/** One version of all prices: complete in itself, never changed once it is published. */
export class RateCard implements RateCardManifest {
  readonly version: number
  readonly effectiveFrom: Instant
  readonly publishedAt: Instant
  readonly hash: string
  readonly note: string
  readonly actor: string
  readonly key: string
  readonly priceNeutralVariants: readonly PriceNeutralVariant[] | undefined
  readonly aliases: readonly Alias[]
  readonly layers: Layers
  readonly #index: RateIndex
  readonly #finder: RateFinder
  /** By alias. */
  readonly #services: ReadonlyMap<string, string>
  #rates: readonly Rate[] | undefined

  constructor(manifest: RateCardManifest, index: RateIndex, aliases: readonly Alias[], layers: Layers) {
    this.version = manifest.version
    this.effectiveFrom = manifest.effectiveFrom
    this.publishedAt = manifest.publishedAt
    this.hash = manifest.hash
    this.note = manifest.note
    this.actor = manifest.actor
    this.key = manifest.key
    this.priceNeutralVariants = manifest.priceNeutralVariants
    this.aliases = aliases
    this.layers = layers
    this.#index = index
    this.#services = new Map(aliases.map(({ alias, service }) => [alias, service]))
    this.#finder = new RateFinder(index, this.#services, { layers, neutral: manifest.priceNeutralVariants })
  }

  /** All rates, ready to price with. */
  get rates(): readonly Rate[] {
    this.#rates ??= this.#index.all()
    return this.#rates
  }

  /** Finds the rate that prices a meter of some usage; no rate never means free. */
  rateFor(usage: Parameters<RateFinder['find']>[0], meter: Meter): FoundRate {
    return this.#finder.find(usage, meter)
  }

  /**
   * Whether any rate, of any variant, may price a meter of a service.
   *
   * @param account whose usage; `undefined`: of any account
   */
  mayPrice(service: string, meter: string, account?: string): boolean {
    return this.#namesOf(service).some((one) => this.#index.has(one, { meter, account }))
  }

  /** Whether a rate names a service, or its vendor: then usage of it may have a price, whichever meter was missing once. */
  knows(service: string): boolean {
    return this.#namesOf(service).some((one) => one !== EVERY_SERVICE && this.#index.has(one))
  }

  /** Every service and alias that it has by name, as an account sees it; `undefined`: as everybody does. */
  names(account: string | undefined): readonly string[] {
    const services = this.#index.services(account)
    return [...services, ...this.aliases.filter(({ service }) => services.has(service)).map(({ alias }) => alias)]
  }

  /** `; did you mean "openai/gpt-4o"?`, for a service without a price; `''`: no name is near it. */
  meant(service: string, account: string | undefined): string {
    return didYouMean(service, this.names(account))
  }

  /** Whether it has a price of the service itself for an account, not only of tool calls with any service. */
  pricesService(service: string, account: string): boolean {
    const has = (name: string, meter: Meter) => this.mayPrice(name, meter, account)
    return meters.some((meter) => has(service, meter) && !(FLAT.has(meter) && has(EVERY_SERVICE, meter)))
  }

  /** The same for what a limit counts: a service, or all of a vendor (`openai/*`), of which one with a price is enough. */
  pricesSelected(selector: string, account: string): boolean {
    return (
      this.pricesService(selector, account) ||
      (selector.endsWith('/*') && this.names(account).some((name) => name.startsWith(selector.slice(0, -1))))
    )
  }

  #namesOf(name: string): readonly string[] {
    return namesFor(this.#services.get(name) ?? name)
  }
}

/** Makes a card of rates that are ready. */
export const rateCard = (
  manifest: RateCardManifest,
  rates: readonly Rate[],
  aliases: readonly Alias[] = [],
  layers: Layers = noLayers,
): RateCard => new RateCard(manifest, new RateIndex(rates), aliases, layers)

/** Makes a card of rates as they were published; each is made ready when it is asked for, and throws where it can't be read. */
export const publishedCard = (
  manifest: RateCardManifest,
  published: readonly PublishedRate[],
  aliases: readonly Alias[],
  layers: Layers = noLayers,
): RateCard => {
  const unless = manifest.priceNeutralVariants === undefined ? 'unsaid' : 'park'
  return new RateCard(manifest, new RateIndex(published, unless), aliases, layers)
}

/**
 * SHA-256 of everything that prices: the JSON, without spaces, of rates, aliases, layers and price-neutral variants as the
 * API shows a version, so that a customer can work it out again.
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
