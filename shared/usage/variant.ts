import * as z from 'zod/mini'
import { ruled } from '../errors/ruled.ts'
import { byName } from '../text/order.ts'
import { VARIANT_KEYS } from './limits.ts'
import { nameSchema } from './text.ts'

/**
 * The properties by which uses of one service may differ in price: size, quality, region, priority.
 *
 * Canonical text, equal for equal variants: JSON of the pairs, sorted by name; `''` where there is none.
 */
export type Variant = string

export const noVariant: Variant = ''

export const variantNameSchema = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9_-]{0,31}$/, 'expected a lower-case name of at most 32 characters'))

export const variantSchema = z.record(variantNameSchema, nameSchema).check(
  ruled((variant) => Object.keys(variant).length <= VARIANT_KEYS, `expected at most ${VARIANT_KEYS} names`),
  z.meta({ maxProperties: VARIANT_KEYS }),
)

export function variantOf(pairs: Readonly<Record<string, string>> | undefined): Variant {
  const entries = Object.entries(pairs ?? {})
  if (entries.length === 0) return noVariant
  return JSON.stringify(entries.sort(byName))
}

/** The pairs again, for people and for JSON; `undefined` where there are none. */
export function variantPairs(variant: Variant): Readonly<Record<string, string>> | undefined {
  if (variant === noVariant) return undefined
  return Object.fromEntries(JSON.parse(variant) as [string, string][])
}

/** `quality=high size=1024x1024`: a variant for people; `''` where there is none. */
export const variantText = (variant: Variant): string =>
  Object.entries(variantPairs(variant) ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
