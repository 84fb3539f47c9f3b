import type { Page } from '../../../ledger/page/page.ts'
import type { Finding } from '../../../ledger/verify/finding.ts'
import { FIRST_GENERATION, generationFor, splitByChunk } from '../../chunks.ts'
import { totalsText } from '../../month-totals.ts'
import { spendsText } from '../../spend.ts'
import { poolPart, totalsPart, usersPart } from '../snapshots-table.ts'
import type { FoldedMonths, Month } from './folded-months.ts'
import { generationOf, readName, type StoredPart, type StoredSnapshots } from './stored-snapshots.ts'

/** What is compared at one page. */
export interface Stop {
  readonly seq: number
  readonly parts: Set<string>
  /** Every part that a reader needs must be there. */
  isCursor: boolean
}

/** Parts beside the months that another room folds of the same log. */
export interface OtherParts {
  readonly add: (page: Page) => void
  /** The text that a part must have; `undefined`: the log never touched it. */
  readonly text: (part: string) => string | undefined
  /** Every part that there must be. */
  readonly parts: () => readonly string[]
}

/** Holds parts against the fold of the log up to this page, text by text. */
export function compareParts(
  stop: Stop,
  months: FoldedMonths,
  limits: OtherParts,
  snapshots: StoredSnapshots,
): readonly Finding[] {
  const touched = new Map<string, string[]>()
  const ofLimits: Finding[] = []
  for (const part of [...stop.parts].sort()) {
    const name = readName(part)
    if (name?.kind === 'limits' || name?.kind === 'user-tiers') {
      ofLimits.push(...textFindings(part, stop.seq, limits.text(part), snapshots.parts.get(part)))
      continue
    }
    const month = name?.month ?? ''
    touched.set(month, [...(touched.get(month) ?? []), part])
  }
  const compared = [...touched].flatMap(([name, parts]) => {
    const again = textsAgain(name, months.month(name), parts, stop.seq, snapshots)
    return parts.flatMap((part) => textFindings(part, stop.seq, again.get(part), snapshots.parts.get(part)))
  })
  const all = [...ofLimits, ...compared]
  return stop.isCursor ? [...all, ...missingAt(stop.seq, months, limits, snapshots)] : all
}

/** The texts that these parts of a month have, if they are folded as they must be. */
function textsAgain(
  name: string,
  month: Month | undefined,
  parts: readonly string[],
  seq: number,
  snapshots: StoredSnapshots,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  if (month === undefined) return texts
  const names = parts.flatMap((part) => readName(part) ?? [])
  if (names.some(({ kind }) => kind === 'totals')) {
    const least = generationFor(month.users, FIRST_GENERATION)
    const generation = generationThatMayBe(name, least, seq, snapshots)
    texts.set(totalsPart(name), totalsText({ ...month.totals, generation }))
  }
  for (const one of names) {
    const spend = one.kind === 'pool' ? month.pools.get(one.pool) : undefined
    if (one.kind === 'pool' && spend !== undefined)
      texts.set(poolPart(name, one.pool), spendsText(new Map([[one.pool, spend]])))
  }
  const chunks = names.filter((one) => one.kind === 'users')
  for (const generation of new Set(chunks.map((one) => one.generation))) {
    const users = splitByChunk(month.users, generation)
    for (const { chunk } of chunks.filter((one) => one.generation === generation)) {
      const spends = users.get(chunk)
      if (spends !== undefined) texts.set(usersPart(name, generation, chunk), spendsText(spends))
    }
  }
  return texts
}

/**
 * The generation that totals must name: the first in which every chunk of their own page fits, or the next that a chunk
 * further on needed, where a run died between its chunks and its totals.
 */
function generationThatMayBe(month: string, least: number, seq: number, { parts }: StoredSnapshots): number {
  const named = generationOf(parts.get(totalsPart(month)))
  if (named === undefined || named <= least) return least
  const isAhead = [...parts].some(([part, stored]) => {
    const name = readName(part)
    return stored.seq > seq && name?.kind === 'users' && name.month === month
  })
  return isAhead ? named : least
}

/** What a reader at the cursor would look for in vain. */
function missingAt(
  seq: number,
  months: FoldedMonths,
  limits: OtherParts,
  { parts }: StoredSnapshots,
): readonly Finding[] {
  const ofMonths = months.names().flatMap((name) => {
    const totals = totalsPart(name)
    const generation = generationOf(parts.get(totals))
    if (generation === undefined) return [totals]
    const { users, pools } = months.month(name) ?? { users: new Map(), pools: new Map() }
    const chunks = [...splitByChunk(users, generation).keys()].map((chunk) => usersPart(name, generation, chunk))
    return [...chunks, ...[...pools.keys()].map((pool) => poolPart(name, pool))]
  })
  return [...limits.parts(), ...ofMonths]
    .filter((part) => !parts.has(part))
    .map((part) => ({ check: 'snapshot', expected: `${part}, folded up to page ${seq}`, found: 'no such part' }))
}

/** Texts are long: what is shown begins a little before the first difference. */
const BEFORE = 40
const BEHIND = 60

/** Holds a part's text against the one it must have; `undefined`: the log gives none. */
function textFindings(
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
