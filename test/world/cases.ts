import { existsSync, readFileSync } from 'node:fs'

const BESIDE = new URL('../../../shared/cases/', import.meta.url)
const COPIED = new URL('../fixtures/cases/', import.meta.url)

/**
 * A file of cases: real inputs with their right values, worked out outside our code.
 *
 * Read from the folder beside the project where there is one, else from the copy in `test/fixtures/cases`.
 */
export function readCases(name: string): unknown {
  const beside = new URL(name, BESIDE)
  const file = existsSync(beside) ? beside : new URL(name, COPIED)
  return JSON.parse(readFileSync(file, 'utf8'))
}
