import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { operations } from '../../../shared/api/operations.ts'
import type { Operation } from '../../../shared/http/operation.ts'
import { readJson } from '../../../shared/usage/exact-json.ts'
import { inLong } from '../../world/long.ts'
import { type Api, startApi } from './api.ts'
import { hostileJson, hostileTexts } from './hostile-json.ts'
import { kindOf, type Place, placesOf, type Schema, textOf } from './schema-places.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.call('openAccount', { body: { account: 'acme', name: 'Acme GmbH' } })
})
afterAll(() => api.stop())

const jsonSchemaOf = (schema: z.ZodMiniType): Schema => z.toJSONSchema(schema, { io: 'input' }) as Schema

type Params = Readonly<Record<string, string>>

/** A path that is taken: of the account that is open, and of whatever is not there. */
const paramsOf = ({ params }: Operation): Params => {
  const { properties = {} } = jsonSchemaOf(params)
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, textOf(schema)]))
}

/** The short form sends every fourth of them. */
const STRIDE = inLong(4, 1)

const MARK = '@here@'
/** The body as text, with a JSON text in the place. */
const bodyWith = ({ put }: Place, json: string): string =>
  JSON.stringify(put(MARK)).replace(JSON.stringify(MARK), () => json)

interface Mutant {
  readonly text: string
  readonly path: Place['path']
  /** It has a value of a kind that the field never has: that is told at the field, whatever rules there are between fields. */
  readonly isOfOtherKind: boolean
}

function* mutantsOf(places: readonly Place[]): Generator<Mutant> {
  for (const place of places) {
    const { path, value, put, kinds } = place
    for (const json of hostileJson)
      yield { path, text: bodyWith(place, json), isOfOtherKind: !kinds.has(kindOf(JSON.parse(json))) }
    if (path.length > 0) yield { path, text: JSON.stringify(put(undefined)), isOfOtherKind: false }
    if (kindOf(value) !== 'object') continue
    for (const name of ['unknown', '__proto__', '']) {
      const json = JSON.stringify({ ...(value as object), [MARK]: 1 }).replace(MARK, () => name)
      yield { path, text: bodyWith(place, json), isOfOtherKind: false }
    }
  }
}

const mutantsFor = (schema: z.ZodMiniType, example: unknown): readonly Mutant[] =>
  [...mutantsOf(placesOf(jsonSchemaOf(schema), example))].filter((_, place) => place % STRIDE === 0)

/** Whether a schema takes it; what it can't even judge it does not take. */
function isTaken(schema: z.ZodMiniType, value: unknown): boolean {
  try {
    return schema.safeParse(value).success
  } catch {
    return false
  }
}

const pointerOf = (path: Place['path']): string => path.map((step) => `/${step}`).join('')
const isNear = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one)
const pointersOf = (problem: { readonly errors?: readonly { readonly pointer: string }[] }): readonly string[] =>
  problem.errors?.map(({ pointer }) => pointer) ?? []

const withBody = operations.filter(({ body }) => body !== undefined)

describe('a body', () => {
  test.each(withBody)(
    'that $operationId does not take is refused with its place, whatever stands in any field',
    async (operation) => {
      const { operationId, body } = operation
      const { schema, example } = body!
      const params = paramsOf(operation)
      const sent = new Set<string>()
      const wrong: unknown[] = []
      for (const { text, path, isOfOtherKind } of mutantsFor(schema, example)) {
        if (sent.has(text) || isTaken(schema, readJson(text))) continue
        sent.add(text)
        const { status, body: problem } = await api.call(operationId, { params, body: text })
        const pointers = pointersOf(problem)
        const isTold = pointers.some((pointer) => !isOfOtherKind || isNear(pointer, pointerOf(path)))
        if (status !== 400 || problem.code !== 'request.body' || !isTold) wrong.push([text.slice(0, 300), problem])
      }
      expect(wrong.slice(0, 5)).toEqual([])
      expect(sent.size).toBeGreaterThan(hostileJson.length / 2 / STRIDE)
    },
  )

  // Those that write are sent such bodies by `npm run contract`.
  test.each(withBody.filter(({ kind }) => kind !== 'writing'))(
    'that $operationId takes never makes it fail',
    async (operation) => {
      const { operationId, body } = operation
      const { schema, example } = body!
      const params = paramsOf(operation)
      const taken = mutantsFor(schema, example).filter(({ text }) => isTaken(schema, readJson(text)))
      for (const text of new Set(taken.map((mutant) => mutant.text))) {
        const { status, body: problem } = await api.call(operationId, { params, body: text })
        expect(status, `${text}: ${JSON.stringify(problem)}`).toBeLessThan(500)
      }
    },
  )

  test.each(withBody)(
    'that is no JSON, or says to be something else, is refused by $operationId',
    async (operation) => {
      const { operationId, body } = operation
      const params = paramsOf(operation)
      const latin1 = Buffer.from(JSON.stringify({ name: 'Müller' }), 'latin1')
      for (const text of ['', ' ', 'x', '{', '{"a":1,}', "{'a':1}", 'NaN', '{"a":1}{"b":2}', '\ufeff{}', latin1])
        expect(await api.call(operationId, { params, body: text })).toMatchObject({
          status: 400,
          body: { code: 'request.not-json', errors: [{ pointer: '' }] },
        })
      const right = JSON.stringify(body?.example)
      for (const type of [
        '',
        'text/plain',
        'application/jsonp',
        'multipart/form-data; boundary=x',
        'json',
        'application/xml',
      ])
        expect(await api.call(operationId, { params, body: right, headers: { 'content-type': type } })).toMatchObject({
          status: 415,
          body: { code: 'request.media-type', errors: [{ pointer: '' }] },
        })
    },
  )
})

describe('an Idempotency-Key', () => {
  test.each(operations.filter(({ kind }) => kind === 'writing'))(
    'that is missing or not usable is refused by $operationId',
    async (operation) => {
      const { operationId, body } = operation
      const params = paramsOf(operation)
      for (const key of [undefined, '', ' ', 'a b', 'é', 'x'.repeat(129), '😀']) {
        const { status, body: problem } = await api.call(operationId, { params, body: body?.example, key })
        expect([key, status, problem.code]).toEqual([key, 400, 'request.idempotency-key'])
        expect(pointersOf(problem)).toEqual([''])
      }
    },
  )
})

describe('an If-None-Match', () => {
  test.each(operations.filter(({ answers }) => answers.some(({ status }) => status === 304)))(
    'never makes $operationId fail',
    async (operation) => {
      for (const tag of ['', '*', '"', 'W/', 'W/"', '"a", "b"', 'é', '😀', 'x'.repeat(5000), '"\\"']) {
        const params = paramsOf(operation)
        const { status } = await api.call(operation.operationId, { params, headers: { 'if-none-match': tag } })
        expect([tag, status < 500]).toEqual([tag, true])
      }
    },
  )
})

describe('a URL', () => {
  const fieldsOf = (schema: z.ZodMiniType): readonly string[] => Object.keys(jsonSchemaOf(schema).properties ?? {})

  /** What the router reads of a text in a query; what is not UTF-8 is read as a replacement character. */
  const decoded = (text: string): string => new URLSearchParams(`x=${text}`).get('x') ?? ''

  test.each(operations)(
    'whose query $operationId does not take is refused with the name of the parameter',
    async (operation) => {
      const { operationId, query, body } = operation
      const params = paramsOf(operation)
      const send = (text: string) => api.call(operationId, { params, query: text, ...(body && { body: body.example }) })
      for (const text of ['unknown=1', 'limit=1&limit=1', '__proto__=1', '=1', 'limit%00=1'])
        if (!fieldsOf(query).includes(text)) {
          const { status, body: problem } = await send(text)
          expect([text, status, problem.code]).toEqual([text, 400, 'request.query'])
          expect(pointersOf(problem)).not.toEqual([])
        }
      for (const name of fieldsOf(query))
        for (const text of hostileTexts) {
          const { status, body: problem } = await send(`${name}=${text}`)
          expect([name, text, status]).toSatisfy(([, , given]) => given < 500)
          if (!isTaken(query, { [name]: decoded(text) }))
            expect([name, text, status, problem.code, pointersOf(problem)]).toEqual([
              name,
              text,
              400,
              'request.query',
              expect.arrayContaining([expect.stringMatching(/^\//)]),
            ])
        }
    },
  )

  test.each(operations.filter(({ params }) => fieldsOf(params).length > 0))(
    'whose path $operationId does not take is refused with the name of the part',
    async (operation) => {
      const { operationId, params: schema, body } = operation
      const right = paramsOf(operation)
      for (const name of fieldsOf(schema))
        for (const text of hostileTexts.map(decoded)) {
          const params = { ...right, [name]: text }
          if (text === '' || isTaken(schema, params)) continue
          const { status, body: problem } = await api.call(operationId, { params, ...(body && { body: body.example }) })
          expect([name, text, status, problem.code]).toEqual([name, text, 400, 'request.path'])
          expect(pointersOf(problem)).toEqual([`/${name}`])
        }
    },
  )
})
