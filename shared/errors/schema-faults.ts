import type * as z from 'zod/mini'

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
  readonly values?: readonly unknown[]
}

/** What zod/mini says where a check has no words of its own (no locale is loaded, for the bundle's sake). */
const UNTOLD = 'Invalid input'

function faultsOf(issue: Issue, value: unknown): readonly SchemaFault[] {
  if (issue.keys === undefined) return [{ pointer: pointerTo(issue.path), detail: detailOf(issue, value) }]
  return issue.keys.map((key) => ({
    pointer: pointerTo([...issue.path, key]),
    detail: 'unknown here; leave it out',
  }))
}

function detailOf({ message, values, expected, path }: Issue, value: unknown): string {
  const wanted = message === UNTOLD ? wantedBy(values, expected) : message
  const found = path.reduce<unknown>(within, value)
  if (found === undefined) return `is missing; ${wanted}`
  return message === UNTOLD ? `${wanted}, found ${kindOf(found)}` : message
}

function wantedBy(values: readonly unknown[] | undefined, expected: string | undefined): string {
  if (values !== undefined) return `expected one of ${values.map((one) => JSON.stringify(one)).join(', ')}`
  return `expected ${expected === undefined ? 'what the schema says' : named(expected)}`
}

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
