import type { Meter } from '../../usage/meters.ts'
import { noVariant, type Variant, variantText } from '../../usage/variant.ts'

/** A meter of some usage without a price, and what a card must list for it. */
export type MissingPrice =
  /** No rate of any meter names the service or its vendor: it needs rates, or an alias. */
  | { readonly kind: 'service'; readonly meter: Meter }
  | { readonly kind: 'meter'; readonly meter: Meter }
  | UnlistedVariant

/** There are rates for the meter, but none may be taken for this variant. */
interface UnlistedVariant {
  readonly kind: 'variant'
  readonly meter: Meter
  /** As it was looked up: without pairs that never change a price. */
  readonly variant: Variant
  /** Those that have a rate of their own for the same service and meter. */
  readonly listed: readonly Variant[]
  /** The nearest listed one, perhaps the one meant. */
  readonly nearest: Variant | undefined
}

/** Why usage is parked. Stable: people search for it. */
export type MissingReason = 'rate.missing' | 'rate.variant'

/** `rate.variant`: some part would have a price with another variant. */
export const missingReason = (missing: readonly MissingPrice[]): MissingReason =>
  missing.some(({ kind }) => kind === 'variant') ? 'rate.variant' : 'rate.missing'

/** Equal for parts of some service that lack the same price. */
export const missingKey = (missing: MissingPrice, service: string): string =>
  [service, missing.meter, missing.kind, missing.kind === 'variant' ? missing.variant : ''].join('\0')

/** Every part without a price, in words; an unlisted variant comes with those that are listed, and the nearest. */
export function missingText(missing: readonly MissingPrice[], service: string): string {
  const unlisted = missing.filter((one) => one.kind === 'variant')
  const others = missing.filter((one) => one.kind !== 'variant')
  const why = others.some(({ kind }) => kind === 'service') ? ', which no rate names' : ''
  const meters = others.map(({ meter }) => meter).join(', ')
  return [
    ...(others.length === 0 ? [] : [`no price for ${meters} of ${service}${why}`]),
    ...unlisted.map((one) => unlistedText(one, service)),
  ].join('; ')
}

/** A card may list hundreds of image sizes. */
const LISTED_SHOWN = 10

function unlistedText({ meter, variant, listed, nearest }: UnlistedVariant, service: string): string {
  const asked = variant === noVariant ? 'without a variant' : `with ${variantText(variant)}`
  const names = listed.slice(0, LISTED_SHOWN).map(variantText).join(', ')
  const more = listed.length > LISTED_SHOWN ? ` and ${listed.length - LISTED_SHOWN} more` : ''
  const known = listed.length === 0 ? 'the card lists no variant of it' : `the card lists ${names}${more}`
  const meant = nearest === undefined ? '' : `; did you mean ${variantText(nearest)}?`
  return `no price for ${meter} of ${service} ${asked}: ${known}${meant}`
}
