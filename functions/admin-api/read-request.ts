import * as z from 'zod/mini'
import { Problem, type ProblemCode, type ProblemFault } from './problems.ts'

/** A request as the router has taken it apart; nothing of it is checked yet but the token. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly header: (name: string) => string | undefined
  readonly bytes: () => Promise<ArrayBuffer>
}

const BODY_BYTES = 1024 * 1024
const JSON_MEDIA = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i
const VISIBLE_ASCII = /^[\x21-\x7e]{1,128}$/

/** Enough to correct a request by; a hostile one gets no megabyte back. */
const FAULTS_SHOWN = 20

/** @throws Problem */
export const readParams = <S extends z.ZodMiniType>(schema: S, { params }: RawRequest): z.infer<S> =>
  check(schema, params, 'request.path')

/** Every parameter at most once, none that the route doesn't know: a misspelt filter must not show everything. @throws Problem */
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
  if (!JSON_MEDIA.test(request.header('content-type') ?? '')) {
    throw new Problem('request.media-type', 'send the header Content-Type: application/json')
  }
  const bytes = await request.bytes()
  if (bytes.byteLength > BODY_BYTES) {
    throw new Problem('request.too-large', `${bytes.byteLength} bytes; at most ${BODY_BYTES} are taken`)
  }
  return check(schema, parse(bytes), 'request.body')
}

/** @throws Problem */
export function readIdempotencyKey(request: RawRequest): string {
  const key = request.header('idempotency-key')
  if (key !== undefined && VISIBLE_ASCII.test(key)) return key
  const found = key === undefined ? 'the header is missing' : 'it has other characters, or too many'
  throw new Problem(
    'request.idempotency-key',
    `${found}; send a header Idempotency-Key of 1 to 128 visible ASCII characters, a fresh UUID for every new request`,
  )
}

function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'not JSON'
    throw new Problem('request.not-json', `${why}; send one JSON object in UTF-8`)
  }
}

function check<S extends z.ZodMiniType>(schema: S, value: unknown, code: ProblemCode): z.infer<S> {
  const checked = z.safeParse(schema, value)
  if (checked.success) return checked.data
  throw refusal(code, checked.error.issues.flatMap(faultsOf))
}

function refusal(code: ProblemCode, faults: readonly ProblemFault[]): Problem {
  const [first] = faults
  const place = first === undefined || first.pointer === '' ? '' : `${first.pointer}: `
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more, see errors)` : ''
  return new Problem(code, `${place}${first?.detail ?? 'does not match the schema'}${more}`, {
    errors: faults.slice(0, FAULTS_SHOWN),
  })
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  readonly expected?: string
  readonly values?: readonly unknown[]
}

/** What zod/mini says where a check has no words of its own (no locale is loaded, for the bundle's sake). */
const UNTOLD = 'Invalid input'

function faultsOf(issue: Issue): readonly ProblemFault[] {
  if (issue.keys !== undefined) {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key.slice(0, 100)]),
      detail: 'unknown here; leave it out',
    }))
  }
  return [{ pointer: pointerTo(issue.path), detail: detailOf(issue) }]
}

function detailOf({ message, values, expected }: Issue): string {
  if (message !== UNTOLD) return message
  if (values !== undefined) return `expected one of ${values.map((value) => JSON.stringify(value)).join(', ')}`
  return `expected ${expected ?? 'what the schema says'}, found something else or nothing`
}

/** RFC 6901. */
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
