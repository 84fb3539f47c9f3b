import { EVENT_BYTES, EVENT_DEPTH, EVENT_KEYS } from './limits.ts'

/** What is too much of a parsed JSON value, or `undefined`. Stops at the first excess, so that hostile input costs no more than a small one. */
export function excessOf(value: unknown): string | undefined {
  const seen = { keys: 0, characters: 0 }
  return walk(value, 1, seen)
}

function walk(value: unknown, depth: number, seen: { keys: number; characters: number }): string | undefined {
  if (typeof value === 'string') seen.characters += value.length
  if (seen.characters > EVENT_BYTES) return `more than ${EVENT_BYTES} characters`
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > EVENT_DEPTH) return `deeper than ${EVENT_DEPTH} levels`

  for (const key of Object.keys(value)) {
    if (RESERVED.has(key)) return `the reserved name ${JSON.stringify(key)}`
    seen.keys += 1
    seen.characters += key.length
    if (seen.keys > EVENT_KEYS) return `more than ${EVENT_KEYS} names`
    const excess = walk((value as Readonly<Record<string, unknown>>)[key], depth + 1, seen)
    if (excess !== undefined) return excess
  }
  return undefined
}

/** Names that reach into a prototype somewhere downstream (DynamoDB's marshaller drops or follows `__proto__`). */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
