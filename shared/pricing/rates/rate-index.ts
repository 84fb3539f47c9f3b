import { noVariant, type Variant, variantPairs } from '../../usage/variant.ts'
import { type KindsByName, kindOfMeter } from './price-neutral-variant.ts'
import type { Rate } from './rate.ts'

/** The rates of a card as lookups ask for them. No account: everybody's. */
export interface RateIndex {
  /** The rate for exactly this. */
  readonly find: (service: string, variant: Variant, meter: string, account: string) => Rate | undefined
  /** The variants that have rates of their own for a meter of a service, in the card's order. */
  readonly variantsOf: (service: string, meter: string, account: string) => readonly Variant[]
  /** The names of variants that the rates of a service have, and for which kinds of meters. */
  readonly namesOf: (service: string, account: string) => KindsByName
  /** Whether any rate is for the service; with a meter, for that one; with an account, one that it may be priced by. */
  readonly has: (service: string, only?: { readonly meter?: string; readonly account?: string | undefined }) => boolean
  /** Accounts with rates of their own. */
  readonly accounts: ReadonlySet<string>
}

const NO_NAMES: KindsByName = new Map()

/** What a rate is for, ready or as it was published. */
interface Scoped {
  readonly service: string
  readonly meter: string
  readonly account?: string | undefined
}

/** No account has this id: it stands for everybody. */
export const EVERYBODY = ''

export const accountOf = ({ account }: Pick<Scoped, 'account'>): string => account ?? EVERYBODY

/** What a card tells rates apart by. Names hold no control characters, so the pieces can't run into each other. */
export const keyOf = (service: string, variant: Variant, meter: string, account: string = EVERYBODY): string =>
  `${service}\0${variant}\0${meter}\0${account}`

/** What a rate for everything names as its service. */
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
 * An index of the rates of a card. Each is made ready when it is first found: a cold function prices by a few of thousands.
 *
 * By service alone: to index thousands of rates that no usage asks for takes a cold function longer than to look twice.
 *
 * @param variantOf the canonical variant of a rate
 * @param ready makes a rate ready to price with
 */
export function rateIndex<R extends Scoped>(
  rates: readonly R[],
  variantOf: (rate: R) => Variant,
  ready: (rate: R) => Rate,
): RateIndex {
  const byService = Map.groupBy(rates, ({ service }) => service)
  const found = new Map<string, Rate | 'none'>()
  const listed = new Map<string, readonly Variant[]>()
  const names = new Map<string, KindsByName>()
  const isOf = (rate: R, meter: string, account: string): boolean => rate.meter === meter && accountOf(rate) === account

  const find: RateIndex['find'] = (service, variant, meter, account) => {
    const ofService = byService.get(service)
    if (ofService === undefined) return undefined
    const key = keyOf(service, variant, meter, account)
    const known = found.get(key)
    if (known !== undefined) return known === 'none' ? undefined : known
    const one = ofService.find((rate) => isOf(rate, meter, account) && variantOf(rate) === variant)
    const rate = one && ready(one)
    // Senders may make up variants without end: of what is not there only what the card itself bounds is kept.
    if (rate !== undefined || variant === noVariant) found.set(key, rate ?? 'none')
    return rate
  }

  const variantsOf: RateIndex['variantsOf'] = (service, meter, account) => {
    const ofService = byService.get(service)
    if (ofService === undefined) return []
    const key = keyOf(service, noVariant, meter, account)
    const known = listed.get(key)
    if (known !== undefined) return known
    const variants = ofService.flatMap((rate) => (isOf(rate, meter, account) ? variantOf(rate) : []))
    const named = variants.filter((variant) => variant !== noVariant)
    listed.set(key, named)
    return named
  }

  const namesOf: RateIndex['namesOf'] = (service, account) => {
    const ofService = byService.get(service)
    if (ofService === undefined) return NO_NAMES
    const key = `${service}\0${account}`
    const known = names.get(key)
    if (known !== undefined) return known
    const kinds = new Map<string, Set<string>>()
    for (const rate of ofService) {
      if (accountOf(rate) !== account) continue
      for (const name of Object.keys(variantPairs(variantOf(rate)) ?? {}))
        kinds.set(name, (kinds.get(name) ?? new Set()).add(kindOfMeter(rate.meter)))
    }
    names.set(key, kinds)
    return kinds
  }

  const accounts = new Set(rates.flatMap(({ account }) => account ?? []))
  const has: RateIndex['has'] = (service, { meter, account } = {}) =>
    byService
      .get(service)
      ?.some(
        (rate) =>
          (meter === undefined || rate.meter === meter) &&
          (account === undefined || rate.account === undefined || rate.account === account),
      ) ?? false
  return { find, variantsOf, namesOf, has, accounts }
}
