import * as z from 'zod/mini'
import { didYouMean } from '../text/did-you-mean.ts'
import { nearest } from '../text/nearest.ts'

/** One fault of a value from outside, worded for its sender. */
export interface SchemaFault {
  /** JSON pointer into the value (RFC 6901); `''` is the whole. */
  readonly pointer: string
  readonly detail: string
}

/**
 * Lists, in order, the faults that a schema found in `value`: never empty, and each place once.
 *
 * @param open the known names of an object that ignores other names: another name may be a misspelt one
 */
export function schemaFaults(
  error: z.core.$ZodError,
  value: unknown,
  open?: readonly string[],
): readonly SchemaFault[] {
  const issues = error.issues as readonly Issue[]
  const faults = new Map<string, SchemaFault>()
  const strange = new Map(
    issues.flatMap(({ path, keys }) => (keys === undefined ? [] : [[pointerTo(path), keys] as const])),
  )
  const ignored = open && Object.keys(Object(value)).filter((name) => !open.includes(name))
  const unknownAt = (path: readonly PropertyKey[]): readonly string[] =>
    (path.length === 0 ? ignored : undefined) ?? strange.get(pointerTo(path)) ?? []
  for (const issue of issues) {
    for (const fault of faultsOf(issue, value, unknownAt))
      if (!faults.has(fault.pointer)) faults.set(fault.pointer, fault)
  }
  return [...faults.values()]
}

/** The unknown names of the object in which a known one is missing. */
type UnknownAt = (path: readonly PropertyKey[]) => readonly string[]

/** RFC 6901. A long name is cut: pointers are stored and shown. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).slice(0, STEP_CHARACTERS).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const STEP_CHARACTERS = 100

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  readonly expected?: string
  /** The allowed values; of a union discriminated by a property, `options`. */
  readonly values?: readonly unknown[]
  readonly options?: readonly unknown[]
  /** Which measure has a bound: a number's value, or a count of items. */
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly inclusive?: boolean
}

/** The message of a check without words of its own. A locale, which some libraries install, would set it for every schema of the process. */
const UNTOLD = 'untold'
z.config({
  localeError: (issue) => (issue.code === 'unrecognized_keys' ? JSON.stringify(namesOf(issue.inst)) : UNTOLD),
})

/** The names that a strict object, or a record by names, takes. */
function namesOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodMiniObject) return Object.keys(schema._zod.def.shape)
  return schema instanceof z.ZodMiniRecord ? [...(schema._zod.def.keyType._zod.values ?? [])].map(String) : []
}

function faultsOf(issue: Issue, value: unknown, unknownAt: UnknownAt): readonly SchemaFault[] {
  if (issue.keys === undefined) return [{ pointer: pointerTo(issue.path), detail: detailOf(issue, value, unknownAt) }]
  const allowed = JSON.parse(issue.message) as readonly string[]
  return issue.keys.map((key, place) => ({
    pointer: pointerTo([...issue.path, key]),
    // The allowed names are the same for all of them.
    detail: `${unknownName(key, place < NAMES_COMPARED ? allowed : [])}${place === 0 ? listed(allowed) : ''}`,
  }))
}

function unknownName(key: string, allowed: readonly string[]): string {
  const meant = didYouMean(key, allowed)
  return meant === '' ? 'unknown here; leave it out' : `unknown here${meant}`
}

const NAMES_LISTED = 40

/** A bound, since a hostile object can have a million names. */
const NAMES_COMPARED = 100

function listed(allowed: readonly string[]): string {
  const more = allowed.length > NAMES_LISTED ? ` and ${allowed.length - NAMES_LISTED} more` : ''
  return allowed.length === 0 ? '' : ` (allowed: ${allowed.slice(0, NAMES_LISTED).join(', ')}${more})`
}

function detailOf(issue: Issue, value: unknown, unknownAt: UnknownAt): string {
  const { message, path } = issue
  const wanted = message === UNTOLD ? `expected ${wantedBy(issue)}` : message
  const found = path.reduce<unknown>(within, value)
  if (found === undefined) return `is missing; ${wanted}${misspeltAs(path, unknownAt(path.slice(0, -1)))}`
  if (message !== UNTOLD) return message
  const options = issue.values ?? issue.options
  const meant = options === undefined || typeof found !== 'string' ? '' : didYouMean(found, options.map(String))
  return `${wanted}, found ${foundOf(issue, found)}${meant}`
}

/** The unknown name beside a missing one, where it may be that name misspelt. */
function misspeltAs(path: readonly PropertyKey[], unknown: readonly string[]): string {
  const written = unknown.length > NAMES_COMPARED ? undefined : nearest(String(path.at(-1)), unknown)
  return written === undefined ? '' : `; is ${JSON.stringify(written)} meant for it?`
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
