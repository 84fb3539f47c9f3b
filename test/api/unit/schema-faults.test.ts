import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { operations } from '../../../shared/api/operations.ts'
import { schemaFaults } from '../../../shared/errors/schema-faults.ts'
import { openApiDocument } from '../../../shared/http/openapi-document.ts'

const schema = z.strictObject({
  age: z.int().check(z.minimum(0), z.maximum(60_000)),
  share: z.number().check(z.positive()),
  names: z.array(z.string()).check(z.minLength(1), z.maxLength(2)),
  code: z.string().check(z.maxLength(3)),
  scope: z.discriminatedUnion('of', [
    z.object({ of: z.literal('user') }),
    z.object({ of: z.literal('group'), group: z.string() }),
  ]),
})
const sound = { age: 1, share: 1, names: ['a'], code: 'abc', scope: { of: 'user' } }

/** As JSON has it: what is undefined is not there. */
const faultsOf = (changes: object) => {
  const value: unknown = JSON.parse(JSON.stringify({ ...sound, ...changes }))
  const { error } = schema.safeParse(value)
  return error === undefined ? [] : schemaFaults(error, value).map(({ pointer, detail }) => `${pointer}: ${detail}`)
}

const bounds = [
  [{ age: 99_999 }, '/age: expected at most 60000, found 99999'],
  [{ age: -1 }, '/age: expected at least 0, found -1'],
  [{ age: 0.5 }, '/age: expected an int, found 0.5'],
  [{ share: 0 }, '/share: expected more than 0, found 0'],
  [{ names: [] }, '/names: expected at least 1 item, found 0'],
  [{ names: ['a', 'b', 'c'] }, '/names: expected at most 2 items, found 3'],
  [{ code: 'abcd' }, '/code: expected at most 3 characters, found 4'],
  [{ scope: { of: 'team' } }, '/scope/of: expected one of "user", "group", found "team"'],
  [{ scope: { of: 'gruop' } }, '/scope/of: expected one of "user", "group", found "gruop"; did you mean "group"?'],
  [{ code: undefined }, '/code: is missing; expected a string'],
] as const

test.each(bounds)('of %j is said what is expected, and what was found', (changes, said) => {
  expect(faultsOf(changes)).toEqual([said])
})

test('the words are the same in a process that has written the OpenAPI document', async () => {
  await openApiDocument(operations)
  expect(bounds.map(([changes]) => faultsOf(changes))).toEqual(bounds.map(([, said]) => [said]))
})

test('an unknown name is told with the nearest known one, and once with all that are allowed', () => {
  expect(faultsOf({ shares: 1, Cdoe: 'a', other: 1 })).toEqual([
    '/shares: unknown here; did you mean "share"? (allowed: age, share, names, code, scope)',
    '/Cdoe: unknown here; did you mean "code"?',
    '/other: unknown here; leave it out',
  ])
})

test('a missing name is told with the one that it was misspelt as', () => {
  expect(faultsOf({ share: undefined, shaer: 1 })).toContain(
    '/share: is missing; expected a number; is "shaer" meant for it?',
  )
})

test('a name that is known here is never taken for the missing one', () => {
  const amounts = z.strictObject({ account: z.string(), amount: z.string() })
  const value = { account: 'acme' }
  expect(schemaFaults(amounts.safeParse(value).error!, value)).toEqual([
    { pointer: '/amount', detail: 'is missing; expected a string' },
  ])
})
