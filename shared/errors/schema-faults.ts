import * as z from 'zod/mini'

/** One thing wrong with a value that came from outside, for the one who sent it. */
export interface SchemaFault {
  /** JSON pointer into the value (RFC 6901); `''` is the whole. */
  readonly pointer: string
  readonly detail: string
}

/** Says in order what a schema found wrong with `value`: never empty, and each place once. */
export function schemaFaults(error: z.core.$ZodError, value: unknown): readonly SchemaFault[] {
  const faults = new Map<string, SchemaFault>()
  for (const issue of error.issues as readonly Issue[]) {
    for (const fault of faultsOf(issue, value)) if (!faults.has(fault.pointer)) faults.set(fault.pointer, fault)
  }
  return [...faults.values()]
}

/** RFC 6901; of a name longer than any of ours, as much as finds it: pointers are stored and shown. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).slice(0, STEP_CHARACTERS).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const STEP_CHARACTERS = 100

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  readonly expected?: string
  /** The ones that are allowed; of a union told apart by a property, `options`. */
  readonly values?: readonly unknown[]
  readonly options?: readonly unknown[]
  /** What has a bound: a number, or how many there are of something. */
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly inclusive?: boolean
}

/** Said where a check has no words of its own. A locale, which some libraries bring along, would speak for every schema of the process. */
const UNTOLD = 'untold'
z.config({ localeError: () => UNTOLD })

function faultsOf(issue: Issue, value: unknown): readonly SchemaFault[] {
  if (issue.keys === undefined) return [{ pointer: pointerTo(issue.path), detail: detailOf(issue, value) }]
  return issue.keys.map((key) => ({
    pointer: pointerTo([...issue.path, key]),
    detail: 'unknown here; leave it out',
  }))
}

function detailOf(issue: Issue, value: unknown): string {
  const { message, path } = issue
  const wanted = message === UNTOLD ? `expected ${wantedBy(issue)}` : message
  const found = path.reduce<unknown>(within, value)
  if (found === undefined) return `is missing; ${wanted}`
  return message === UNTOLD ? `${wanted}, found ${foundOf(issue, found)}` : message
}

function wantedBy({ values, options = values, expected, origin, minimum, maximum, inclusive }: Issue): string {
  if (options !== undefined) return `one of ${options.map((one) => JSON.stringify(one)).join(', ')}`
  if (minimum !== undefined) return `${inclusive === false ? 'more than' : 'at least'} ${counted(minimum, origin)}`
  if (maximum !== undefined) return `${inclusive === false ? 'less than' : 'at most'} ${counted(maximum, origin)}`
  return expected === undefined ? 'what the schema says' : named(expected)
}

const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'item' }

function counted(bound: number | bigint, origin: string | undefined): string {
  const unit = UNITS[origin ?? '']
  return unit === undefined ? String(bound) : `${bound} ${unit}${Number(bound) === 1 ? '' : 's'}`
}

const foundOf = ({ origin }: Issue, found: unknown): string =>
  UNITS[origin ?? ''] !== undefined && (typeof found === 'string' || Array.isArray(found))
    ? String(found.length)
    : kindOf(found)

function within(outer: unknown, step: PropertyKey): unknown {
  return typeof outer === 'object' && outer !== null && Object.hasOwn(outer, step)
    ? (outer as Record<PropertyKey, unknown>)[step]
    : undefined
}

function kindOf(found: unknown): string {
  if (found === null) return 'null'
  if (Array.isArray(found)) return named('array')
  if (typeof found === 'string') return found.length <= 40 ? JSON.stringify(found) : named('string')
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : named(typeof found)
}

const named = (kind: string): string => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`)
