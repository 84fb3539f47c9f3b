import * as z from 'zod/mini'
import type { Problem, ProblemCode } from '../errors/problems.ts'
import { clipped, refusal } from '../errors/refusal.ts'
import { pointerTo, schemaFaults } from '../errors/schema-faults.ts'
import { readJson } from '../usage/exact-json.ts'

/** A request in parts, as the router made them. Only the token is checked yet. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly header: (name: string) => string | undefined
  readonly bytes: () => Promise<ArrayBuffer>
}

const BODY_BYTES = 4 * 1024 * 1024
const JSON_MEDIA = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i
const VISIBLE_ASCII = /^[\x21-\x7e]{1,128}$/

/** @throws Problem */
export const readParams = <S extends z.ZodMiniType>(schema: S, { params }: RawRequest): z.infer<S> =>
  check(schema, params, 'request.path')

/** Reads a query. Refuses a repeated and an unknown parameter: a misspelt filter must not show everything. @throws Problem */
export function readQuery<S extends z.ZodMiniType>(schema: S, { query }: RawRequest): z.infer<S> {
  const twice = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1)
  if (twice.length > 0) {
    throw refusal(
      'request.query',
      twice.map((name) => ({ pointer: pointerTo([name]), detail: 'given more than once; give it once' })),
    )
  }
  return check(schema, Object.fromEntries(query), 'request.query')
}

/** @throws Problem */
export async function readBody<S extends z.ZodMiniType>(schema: S, request: RawRequest): Promise<z.infer<S>> {
  const media = request.header('content-type') ?? ''
  if (!JSON_MEDIA.test(media)) {
    const found = media === '' ? 'the header Content-Type is missing' : `Content-Type is ${clipped(media)}`
    throw asWhole('request.media-type', `${found}; send a JSON object with Content-Type: application/json`)
  }
  const bytes = await request.bytes()
  if (bytes.byteLength > BODY_BYTES) {
    throw asWhole('request.too-large', `the body has ${bytes.byteLength} bytes; at most ${BODY_BYTES} are taken`)
  }
  return check(schema, parse(bytes), 'request.body')
}

/** @throws Problem */
export function readIdempotencyKey(request: RawRequest): string {
  const key = request.header('idempotency-key')
  if (key !== undefined && VISIBLE_ASCII.test(key)) return key
  const found =
    key === undefined
      ? 'the header Idempotency-Key is missing'
      : 'the header Idempotency-Key has other characters, or too many'
  throw asWhole(
    'request.idempotency-key',
    `${found}; send 1 to 128 visible ASCII characters: a fresh UUID for a new request, the same again to repeat one`,
  )
}

function parse(bytes: ArrayBuffer): unknown {
  if (bytes.byteLength === 0) throw asWhole('request.not-json', 'the body is empty; send one JSON object in UTF-8')
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return readJson(text)
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'not JSON'
    throw asWhole('request.not-json', `${why}; send one JSON object in UTF-8`)
  }
}

/** A refusal of the whole part that the code names. */
const asWhole = (code: ProblemCode, detail: string): Problem => refusal(code, [{ pointer: '', detail }])

function check<S extends z.ZodMiniType>(schema: S, value: unknown, code: ProblemCode): z.infer<S> {
  const checked = z.safeParse(schema, value)
  if (checked.success) return checked.data
  throw refusal(code, schemaFaults(checked.error, value))
}
