import * as z from 'zod/mini'
import { clipped, refusal } from '../../errors/refusal.ts'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'

const CURSOR = /^[A-Za-z0-9_-]+$/
const MOST_CHARACTERS = 2000
const WANTED = 'expected `next` of an answer of this list, unchanged'

export const nextSchema = z.optional(described(z.string(), 'Where to go on; absent: that was all'))

/**
 * How a list is read part by part: `query` has the fields `limit` and `after` of its requests, `next` makes the field of its
 * answers. Outside, a place in the list is an opaque text of this list alone.
 *
 * @param most items of one answer
 * @param usual items where `limit` is absent
 */
export function pagingOf<T>(list: string, place: z.ZodMiniType<T>, most: number, usual: number = most) {
  const cursor = cursorOf(list, place)
  const after = z.pipe(
    described(
      z.string().check(z.maxLength(MOST_CHARACTERS, WANTED), z.regex(CURSOR, WANTED)),
      '`next` of the answer before',
    ),
    z.transform((text, { issues }): T => {
      const read = cursor.find(text)
      if (read !== undefined) return read
      issues.push({ code: 'custom', message: WANTED, input: text })
      return z.NEVER
    }),
  )
  return {
    query: { limit: limitOf(most, usual), after: z.optional(after) },
    next: (last: T | undefined): string | undefined => (last === undefined ? undefined : cursor.write(last)),
  }
}

function limitOf(most: number, usual: number) {
  const wanted = `expected a whole number from 1 to ${most}`
  const error = ({ input }: { readonly input?: unknown }) =>
    `${wanted}, found ${JSON.stringify(clipped(String(input)))}`
  const asked = z.pipe(
    z.string().check(
      z.regex(/^[1-9][0-9]{0,3}$/, { error }),
      ruled((text) => Number(text) <= most, { error }),
    ),
    z.transform(Number),
  )
  const documented = asked.check(
    z.meta({
      description: `At most this many; default ${usual}`,
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern
        Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: most, default: usual })
      },
    }),
  )
  return z._default(documented, usual)
}

/** A list's cursor: opaque outside, a checked place inside. */
export function cursorOf<T>(list: string, place: z.ZodMiniType<T>) {
  const schema = z.tuple([z.literal(list), place])
  const find = (text: string): T | undefined => {
    const read = schema.safeParse(parse(Buffer.from(text, 'base64url').toString()))
    return read.success ? (read.data[1] as T) : undefined
  }
  return {
    write: (at: T): string => Buffer.from(JSON.stringify([list, at])).toString('base64url'),
    find,
    /** @throws Problem when it is no cursor of this list */
    read: (text: string): T => {
      const read = find(text)
      if (read !== undefined) return read
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
