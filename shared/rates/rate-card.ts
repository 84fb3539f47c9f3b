import type { Instant } from '../time/instant.ts'
import type { Meter } from '../usage/meters.ts'
import { noVariant, type Variant } from '../usage/variant.ts'
import type { Alias } from './alias.ts'
import type { Rate } from './rate.ts'

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

/** One version of all prices: complete in itself, never changed once it is published. */
export interface RateCard extends RateCardManifest {
  readonly rates: readonly Rate[]
  readonly aliases: readonly Alias[]
  /** The rate for a meter of a service: the most specific wins; `undefined`: it has no price, which never means free. */
  readonly rateFor: (service: string, variant: Variant, meter: Meter) => Rate | undefined
}

export function rateCard(manifest: RateCardManifest, rates: readonly Rate[], aliases: readonly Alias[] = []): RateCard {
  const services = new Map(aliases.map(({ alias, service }) => [alias, service]))
  const byKey = new Map(rates.map((rate) => [keyOf(rate.service, rate.variant, rate.meter), rate]))
  return {
    ...manifest,
    rates,
    aliases,
    rateFor: (service, variant, meter) => {
      for (const [scope, scopeVariant] of lookupOrder(services.get(service) ?? service, variant)) {
        const rate = byKey.get(keyOf(scope, scopeVariant, meter))
        if (rate !== undefined) return rate
      }
      return undefined
    },
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
