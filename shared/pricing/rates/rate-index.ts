import { noVariant, type Variant, variantOf, variantPairs } from '../../usage/variant.ts'
import { type KindsByName, kindOfMeter } from './price-neutral-variant.ts'
import { type PublishedRate, type Rate, readRate, type UnlistedPolicy } from './rate.ts'

const NO_NAMES: KindsByName = new Map()

/** No account has this id: it stands for everybody. */
export const EVERYBODY = ''

export const accountOf = ({ account }: { readonly account?: string | undefined }): string => account ?? EVERYBODY

/** The key of a rate in a card. Names hold no control characters, so the pieces stay apart. */
export const keyOf = (service: string, variant: Variant, meter: string, account: string = EVERYBODY): string =>
  `${service}\0${variant}\0${meter}\0${account}`

/** The service of a rate for everything. */
export const EVERY_SERVICE = '*'

/** `openai/*` of `openai/gpt-4o`. */
export const vendorOf = (service: string): string | undefined =>
  service.includes('/') ? `${service.slice(0, service.indexOf('/') + 1)}*` : undefined

/** The names that a rate for a service may have: its own, its vendor's, that of everything. */
export function namesFor(service: string): readonly string[] {
  const vendor = vendorOf(service)
  return [...new Set([service, ...(vendor === undefined ? [] : [vendor]), EVERY_SERVICE])]
}

/**
 * The rates of a card as lookups ask for them. A published rate is made ready when it is first found: a cold function prices
 * by a few of thousands.
 *
 * Grouped by service alone: to index thousands of rates that no usage asks for takes a cold function longer than to search
 * those of one service.
 */
export class RateIndex {
  readonly #rates: readonly (Rate | PublishedRate)[]
  readonly #unless: UnlistedPolicy
  readonly #byService: ReadonlyMap<string, readonly (Rate | PublishedRate)[]>
  readonly #found = new Map<string, Rate | 'none'>()
  readonly #listed = new Map<string, readonly Variant[]>()
  readonly #names = new Map<string, KindsByName>()
  /** Accounts with rates of their own. */
  readonly accounts: ReadonlySet<string>

  /** @param unless the policy of a published rate that has none of its own */
  constructor(rates: readonly (Rate | PublishedRate)[], unless: UnlistedPolicy = 'park') {
    this.#rates = rates
    this.#unless = unless
    this.#byService = Map.groupBy(rates, ({ service }) => service)
    this.accounts = new Set(rates.flatMap(({ account }) => account ?? []))
  }

  /** All rates, ready, in the card's order. @throws Error when one can't be read */
  all(): readonly Rate[] {
    return this.#rates.map((rate) => this.#ready(rate))
  }

  /** The rate for exactly this. @throws Error when it can't be read */
  find(service: string, variant: Variant, meter: string, account: string): Rate | undefined {
    const ofService = this.#byService.get(service)
    if (ofService === undefined) return undefined
    const key = keyOf(service, variant, meter, account)
    const known = this.#found.get(key)
    if (known !== undefined) return known === 'none' ? undefined : known
    const one = ofService.find((rate) => isOf(rate, meter, account) && variantIn(rate) === variant)
    const rate = one && this.#ready(one)
    // Senders may invent any number of variants: it keeps a miss only where the card bounds the number of keys.
    if (rate !== undefined || variant === noVariant) this.#found.set(key, rate ?? 'none')
    return rate
  }

  /** The variants that have rates of their own for a meter of a service, in the card's order. */
  variantsOf(service: string, meter: string, account: string): readonly Variant[] {
    const ofService = this.#byService.get(service)
    if (ofService === undefined) return []
    const key = keyOf(service, noVariant, meter, account)
    const known = this.#listed.get(key)
    if (known !== undefined) return known
    const variants = ofService.flatMap((rate) => (isOf(rate, meter, account) ? variantIn(rate) : []))
    const named = variants.filter((variant) => variant !== noVariant)
    this.#listed.set(key, named)
    return named
  }

  /** The names of variants that the rates of a service have, and for which kinds of meters. */
  namesOf(service: string, account: string): KindsByName {
    const ofService = this.#byService.get(service)
    if (ofService === undefined) return NO_NAMES
    const key = `${service}\0${account}`
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const kinds = new Map<string, Set<string>>()
    for (const rate of ofService) {
      if (accountOf(rate) !== account) continue
      for (const name of Object.keys(variantPairs(variantIn(rate)) ?? {}))
        kinds.set(name, (kinds.get(name) ?? new Set()).add(kindOfMeter(rate.meter)))
    }
    this.#names.set(key, kinds)
    return kinds
  }

  /** Whether any rate is for the service; with a meter, for that one; with an account, one that it may be priced by. */
  has(service: string, { meter, account }: { readonly meter?: string; readonly account?: string | undefined } = {}) {
    return (this.#byService.get(service) ?? []).some(
      (rate) =>
        (meter === undefined || rate.meter === meter) &&
        (account === undefined || rate.account === undefined || rate.account === account),
    )
  }

  /** The services that have rates by their own name, as an account sees them; `undefined`: as everybody does. */
  services(account: string | undefined): ReadonlySet<string> {
    const seen = this.#rates.filter((rate) => rate.account === undefined || rate.account === account)
    return new Set(seen.map(({ service }) => service).filter((service) => !service.endsWith('*')))
  }

  #ready(rate: Rate | PublishedRate): Rate {
    if ('perUnit' in rate) return rate
    const read = readRate(rate, this.#unless)
    if (read.kind !== 'rate') throw new Error(`a published rate can't be read: ${JSON.stringify(rate)}`)
    return read.rate
  }
}

const isOf = (rate: Rate | PublishedRate, meter: string, account: string): boolean =>
  rate.meter === meter && accountOf(rate) === account

const variantIn = (rate: Rate | PublishedRate): Variant => ('perUnit' in rate ? rate.variant : variantOf(rate.variant))
