import type { Page } from '../../ledger/page/page.ts'
import {
  LIMITS_PART,
  readPart,
  type SnapshotsTable,
  userTiersPart,
  type Write,
  writePart,
} from '../../spend/io/snapshots-table.ts'
import type { DayOf } from '../../time/day.ts'
import { foldLimits, limitsText, noLimitsYet, readLimits } from '../settings/limits-state.ts'
import { changeUserTiers, readUserTiers, splitByShard, userTierChanges, userTiersText } from '../settings/user-tiers.ts'

/** An account's limits that are to be brought up to the last of these pages, which follow the cursor. */
interface LimitsJob {
  readonly snapshots: SnapshotsTable
  readonly account: string
  readonly tail: readonly Page[]
  readonly dayOf: DayOf
}

/** Takes pages into the snapshot of limits; each part goes on from its own page. */
export async function writeLimits(job: LimitsJob): Promise<Write> {
  const isTouched = job.tail.some(({ entries }) => entries.some(({ kind }) => LIMIT_KINDS.has(kind)))
  if (isTouched && (await writeState(job)) === 'overtaken') return 'overtaken'
  for (const [shard] of splitByShard(userTierChanges(job.tail)))
    if ((await writeShard(job, shard)) === 'overtaken') return 'overtaken'
  return 'written'
}

const LIMIT_KINDS = new Set(['limits', 'user-tiers', 'upgrade-request', 'upgrade-decision'])

async function writeState({ snapshots, account, tail, dayOf }: LimitsJob): Promise<Write> {
  const stored = await readPart(snapshots, account, LIMITS_PART)
  const pages = tail.filter(({ header }) => header.seq > (stored?.seq ?? 0))
  const last = pages.at(-1)
  if (last === undefined) return 'written'
  const before = stored === undefined ? noLimitsYet : readLimits(stored.text)
  const state = pages.reduce((folded, page) => foldLimits(folded, page, dayOf), before)
  const text = limitsText(state)
  return writePart(snapshots, account, LIMITS_PART, stored?.seq, { seq: last.header.seq, text })
}

async function writeShard({ snapshots, account, tail }: LimitsJob, shard: number): Promise<Write> {
  const part = userTiersPart(shard)
  const stored = await readPart(snapshots, account, part)
  const pages = tail.filter(({ header }) => header.seq > (stored?.seq ?? 0))
  const last = pages.at(-1)
  if (last === undefined) return 'written'
  const changes = splitByShard(userTierChanges(pages)).get(shard) ?? new Map()
  const text = userTiersText(changeUserTiers(readUserTiers(stored?.text ?? '[]'), changes))
  return writePart(snapshots, account, part, stored?.seq, { seq: last.header.seq, text })
}
