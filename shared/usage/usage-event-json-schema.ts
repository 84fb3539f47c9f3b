import * as z from 'zod/mini'
import { usageEventSchema } from './usage-event.ts'

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
