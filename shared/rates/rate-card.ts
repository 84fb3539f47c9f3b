import type { Instant } from '../time/instant.ts'
import type { Meter } from '../usage/meters.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { noVariant, type Variant, variantOf } from '../usage/variant.ts'
import type { Alias } from './alias.ts'
import { type PublishedRate, type Rate, readRate } from './rate.ts'

/** What tells a version of the rate card from the others. */
export interface RateCardManifest {
  /** Dense, from 1. */
  readonly version: number
  readonly effectiveFrom: Instant
  readonly publishedAt: Instant
  /** SHA-256 of the rates as published, hex. */
  readonly hash: string
  readonly note: string
  /** Who published it, and the Idempotency-Key of that request: sent again, it finds its own version. */
  readonly actor: string
  readonly key: string
}

/** What decides which rate prices usage, beside the meter. */
export type RatedUsage = Pick<UsageEvent, 'account' | 'category' | 'service' | 'variant'>

/** One version of all prices: complete in itself, never changed once it is published. */
export interface RateCard extends RateCardManifest {
  readonly rates: readonly Rate[]
  readonly aliases: readonly Alias[]
  /** The rate for a meter of a service: the most specific wins; `undefined`: it has no price, which never means free. */
  readonly rateFor: (usage: RatedUsage, meter: Meter) => Rate | undefined
}

/** A card of rates that are ready. */
export function rateCard(manifest: RateCardManifest, rates: readonly Rate[], aliases: readonly Alias[] = []): RateCard {
  const byKey = new Map(rates.map((rate) => [keyOf(rate.service, rate.variant, rate.meter), rate]))
  return { ...manifest, rates, aliases, rateFor: rateFinder(aliases, (key) => byKey.get(key)) }
}

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
): RateCard {
  const byKey = new Map(published.map((one) => [keyOf(one.service, variantOf(one.variant), one.meter), one]))
  const ready = new Map<string, Rate>()
  let all: readonly Rate[] | undefined
  const find = (key: string): Rate | undefined => {
    const known = ready.get(key)
    if (known !== undefined) return known
    const one = byKey.get(key)
    if (one === undefined) return undefined
    const rate = readyRate(one)
    ready.set(key, rate)
    return rate
  }
  return {
    ...manifest,
    get rates() {
      all ??= published.map(readyRate)
      return all
    },
    aliases,
    rateFor: rateFinder(aliases, find),
  }
}

function readyRate(published: PublishedRate): Rate {
  const read = readRate(published)
  if (read.kind !== 'rate') throw new Error(`a published rate can't be read: ${JSON.stringify(published)}`)
  return read.rate
}

function rateFinder(aliases: readonly Alias[], find: (key: string) => Rate | undefined): RateCard['rateFor'] {
  const services = new Map(aliases.map(({ alias, service }) => [alias, service]))
  return ({ service, variant }, meter) => {
    for (const [scope, scopeVariant] of lookupOrder(services.get(service) ?? service, variant)) {
      const rate = find(keyOf(scope, scopeVariant, meter))
      if (rate !== undefined) return rate
    }
    return undefined
  }
}

/** Service with variant, service, vendor, everything (contracts, "Rate card"). */
function lookupOrder(service: string, variant: Variant): readonly (readonly [string, Variant])[] {
  const vendor = service.slice(0, service.indexOf('/') + 1)
  return [
    ...(variant === noVariant ? [] : [[service, variant] as const]),
    [service, noVariant],
    ...(vendor === '' ? [] : [[`${vendor}*`, noVariant] as const]),
    ['*', noVariant],
  ]
}

/** Names hold no control characters, so the pieces can't run into each other. */
export const keyOf = (service: string, variant: Variant, meter: Meter): string => `${service}\0${variant}\0${meter}`
