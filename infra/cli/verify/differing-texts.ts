import type { Finding } from '../../../shared/ledger/verify/verify-finding.ts'
import type { StoredPart } from './stored-snapshots.ts'

/** Texts are long: what is shown begins a little before the first difference. */
const BEFORE = 40
const BEHIND = 60

/** Holds a part's text against the one it must have; `undefined`: the log gives none. */
export function textFindings(
  part: string,
  seq: number,
  expected: string | undefined,
  stored: StoredPart | undefined,
): readonly Finding[] {
  let found: string | undefined
  try {
    found = stored?.text()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [{ check: 'snapshot', expected: `${part} that can be read`, found: why }]
  }
  if (expected === found) return []
  const from = firstDifference(expected ?? '', found ?? '')
  const shown = (text: string | undefined): string =>
    text === undefined
      ? 'nothing'
      : `${from > BEFORE ? '…' : ''}${text.slice(Math.max(0, from - BEFORE), from + BEHIND)}`
  return [{ check: 'snapshot', expected: `in ${part} up to page ${seq}: ${shown(expected)}`, found: shown(found) }]
}

function firstDifference(a: string, b: string): number {
  let place = 0
  while (place < a.length && a[place] === b[place]) place += 1
  return place
}
