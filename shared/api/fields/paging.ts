import * as z from 'zod/mini'
import { clipped, refusal } from '../../errors/refusal.ts'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'

/** `limit` and `after` of a list. */
export function pagingSchema(most: number, usual: number) {
  const wanted = `expected a whole number from 1 to ${most}`
  const error = ({ input }: { readonly input?: unknown }) =>
    `${wanted}, found ${JSON.stringify(clipped(String(input)))}`
  return z.strictObject({
    limit: z.optional(
      z
        .pipe(
          z.string().check(
            z.regex(/^[1-9][0-9]{0,3}$/, { error }),
            ruled((text) => Number(text) <= most, { error }),
          ),
          z.transform(Number),
        )
        .check(
          z.meta({
            description: `At most this many; default ${usual}`,
            override: ({ jsonSchema }) => {
              delete jsonSchema.pattern
              Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: most, default: usual })
            },
          }),
        ),
    ),
    after: z.optional(
      described(
        z.string().check(z.maxLength(MOST_CHARACTERS, WANTED), z.regex(CURSOR, WANTED)),
        '`next` of the answer before',
      ),
    ),
  })
}

const CURSOR = /^[A-Za-z0-9_-]+$/
const MOST_CHARACTERS = 2000
const WANTED = 'expected `next` of an answer of this list, unchanged'

export const nextSchema = z.optional(described(z.string(), 'Where to go on; absent: that was all'))

/** A list's cursor: opaque outside, a checked place inside. */
export interface Cursor<T> {
  readonly write: (place: T) => string
  /** @throws Problem when it is no cursor of this list */
  readonly read: (text: string) => T
}

export function cursorOf<T>(list: string, place: z.ZodMiniType<T>): Cursor<T> {
  const schema = z.tuple([z.literal(list), place])
  return {
    write: (at) => Buffer.from(JSON.stringify([list, at])).toString('base64url'),
    read: (text) => {
      const read = schema.safeParse(parse(Buffer.from(text, 'base64url').toString()))
      if (read.success) return read.data[1] as T
      throw refusal('request.query', [{ pointer: '/after', detail: WANTED }])
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
