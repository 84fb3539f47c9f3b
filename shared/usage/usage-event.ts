import * as z from 'zod/mini'
import type { Instant } from '../time/instant.ts'
import { type Category, categories } from './meters.ts'
import { type Quantities, quantitiesSchema } from './quantities.ts'
import { accountSchema, idSchema, nameSchema } from './text.ts'
import { type Variant, variantSchema } from './variant.ts'

export const USAGE_EVENT_TYPE = 'groschen.usage.v1'

/** The expected form of a time, for a fault. */
export const TIME_WANTED = 'expected an RFC 3339 time since 1970, with its zone: 2026-11-23T10:15:30.123Z'

/**
 * A usage event as it comes: CloudEvents 1.0 JSON (contracts, "Usage event").
 *
 * Strict under `data`; beside it, extension attributes are allowed and ignored, as CloudEvents wants it.
 */
export const usageEventSchema = z.object({
  specversion: z.literal('1.0', 'expected "1.0"'),
  type: z.literal(USAGE_EVENT_TYPE, `expected "${USAGE_EVENT_TYPE}"`),
  datacontenttype: z.optional(z.literal('application/json', 'expected "application/json"')),
  id: idSchema,
  source: idSchema,
  subject: accountSchema,
  time: z.string(TIME_WANTED).check(z.maxLength(40, TIME_WANTED)),
  data: z.strictObject({
    user: nameSchema,
    group: z.optional(nameSchema),
    category: z.enum(categories),
    service: nameSchema,
    variant: z.optional(variantSchema),
    quantities: quantitiesSchema,
    reservation: z.optional(
      nameSchema.check(
        z.meta({ description: 'The reservation that this ends, as POST /v1/reservations answered: r-…' }),
      ),
    ),
  }),
})

/** A usage event inside the house: nothing left to check. */
export interface UsageEvent {
  readonly source: string
  readonly id: string
  /** The time in an account-bound id; `undefined` for every other id. Identity rests on it, never on `time`. */
  readonly boundAt: Instant | undefined
  readonly account: string
  /** When it was used: decides the price and the window, not the identity. */
  readonly time: Instant
  readonly user: string
  readonly group: string | undefined
  readonly category: Category
  readonly service: string
  readonly variant: Variant
  readonly quantities: Quantities
  readonly reservation: string | undefined
}

/**
 * The usage event as JSON Schema (2020-12), for publishers: written from the schema that validates.
 *
 * Not sayable in it, and checked beside it: at most 22 decimals of a number, 64 KiB, depth 8, 64 names, a time at most five minutes ahead, the binding
 * of account-bound ids.
 */
export function usageEventJsonSchema(): Record<string, unknown> {
  return {
    $id: 'https://groschen.dev/schemas/usage-event.v1.json',
    title: 'groschen.usage.v1',
    description: 'A usage event as CloudEvents 1.0 JSON; one a message, or an array of up to 1,000.',
    ...z.toJSONSchema(usageEventSchema, { io: 'input' }),
  }
}
