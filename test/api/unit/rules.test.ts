import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { operations } from '../../../shared/api/operations.ts'
import { ruled } from '../../../shared/errors/ruled.ts'
import { usageEventSchema } from '../../../shared/usage/usage-event.ts'

interface Def {
  readonly check?: string
  readonly when?: unknown
  readonly checks?: readonly { readonly _zod: { readonly def: Def } }[]
}

/** The rules of a schema, and of all that it is made of. */
function* rulesOf(part: unknown, seen = new Set<unknown>()): Generator<Def> {
  if (typeof part !== 'object' || part === null || seen.has(part)) return
  seen.add(part)
  if ('_zod' in part) {
    const { def } = (part as { readonly _zod: { readonly def: Def } })._zod
    if (def.check === 'custom') yield def
    yield* rulesOf(def, seen)
  } else for (const inner of Object.values(part)) yield* rulesOf(inner, seen)
}

const isSafe = ({ when }: Def): boolean => when !== undefined

test.each([
  ...operations.map(({ operationId, params, query, body }) => ({
    name: operationId,
    schemas: [params, query, body?.schema],
  })),
  { name: 'the usage event', schemas: [usageEventSchema] },
])('every rule of $name is asked of sound values alone', ({ schemas }) => {
  expect([...rulesOf(schemas)].filter((rule) => !isSafe(rule))).toEqual([])
})

test('a rule is found wherever it stands, and seen to be unsafe where it is made by zod alone', () => {
  const odd = z.refine<number>((value) => value % 2 === 1)
  const deep = z.strictObject({ a: z.optional(z.array(z.union([z.string(), z.number().check(odd)]))) })
  expect([...rulesOf(deep)].map(isSafe)).toEqual([false])
  expect([...rulesOf(z.number().check(ruled((value) => value % 2 === 1, 'expected an odd one')))].map(isSafe)).toEqual([
    true,
  ])
})

test('a rule that counts with a text is not asked where the text is none of its numbers', () => {
  const text = z.string().check(z.regex(/^[0-9]+$/, 'expected digits'))
  const counting = z
    .strictObject({ low: text, high: text })
    .check(ruled(({ low, high }) => BigInt(low) <= BigInt(high), 'expected low not above high'))
  const told = (value: unknown) => counting.safeParse(value).error?.issues.map(({ message }) => message)
  expect(told({ low: '1', high: 'x' })).toEqual(['expected digits'])
  expect(told({ low: '2', high: '1' })).toEqual(['expected low not above high'])
  expect(told({ low: '1', high: '2' })).toBeUndefined()
})
