import { bareName } from './sources.ts'

/** Names of a role that many files have, each with exports of its own: a family of faults, a function's handler and wiring. */
const ROLES = new Set(['errors', 'handler', 'wiring'])

/** From here on a file's exports may be a family: a subject's type, its reader, its writer. */
const FAMILY = 3

/**
 * Whether a file's name is found in its exports.
 *
 * It is where one export has all words of the file's name, in whatever order and number (`held-events.ts`: `listHeldEvent`), or
 * where half of three or more exports have one of its words.
 */
export function bearsItsName(path: string, names: readonly string[]): boolean {
  const file = bareName(path)
  if (ROLES.has(file)) return true
  const wanted = stems(file.split('-'))
  const letters = file.replaceAll('-', '')
  if (names.some((name) => name.replaceAll('_', '').toLowerCase().includes(letters))) return true
  const words = names.map((name) => new Set(stems(name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g) ?? [])))
  if (words.some((had) => wanted.every((word) => had.has(word)))) return true
  const related = words.filter((had) => wanted.some((word) => had.has(word)))
  return names.length >= FAMILY && related.length * 2 >= names.length
}

const stems = (words: readonly string[]): readonly string[] =>
  words.map((word) =>
    word
      .toLowerCase()
      .replace(/ies$/, 'y')
      .replace(/(ss|x|ch)es$/, '$1')
      .replace(/(?<=\w{2}[^s])s$/, ''),
  )
