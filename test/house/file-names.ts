import { bareName, type Source } from './sources.ts'

/** Names of a role that many files have, each with exports of its own: a family of faults, a function's handler and wiring. */
const ROLES = new Set(['errors', 'handler', 'wiring'])

/**
 * Whether a file's name is found in its exports: one has all of its words, in whatever order and number (`held-events.ts`:
 * `listHeldEvent`), or half of them or more have one. A table of values or types alone is named for what it lists.
 */
export function bearsItsName({ path, exports }: Source): boolean {
  const file = bareName(path)
  if (ROLES.has(file) || exports.every(({ kind }) => kind === 'value' || kind === 'type')) return true
  const wanted = stems(file.split('-'))
  const words = exports.map(({ name }) => stems(name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g) ?? []))
  const related = words.filter((had) => wanted.some((word) => had.includes(word)))
  return related.length * 2 >= exports.length || words.some((had) => wanted.every((word) => had.includes(word)))
}

const stems = (words: readonly string[]): readonly string[] =>
  words.map((word) =>
    word
      .toLowerCase()
      .replace(/ies$/, 'y')
      .replace(/(ss|x|ch)es$/, '$1')
      .replace(/(?<=\w{2}[^s])s$/, ''),
  )
