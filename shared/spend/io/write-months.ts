import type { Page } from '../../ledger/page/page.ts'
import { atOnce } from '../../time/at-once.ts'
import type { DayOf } from '../../time/day.ts'
import { fitsChunk, generationFor, splitByChunk } from '../chunks.ts'
import { foldMonths, type MonthChange } from '../fold-months.ts'
import { mergeTotals, noTotals, readTotals, totalsText } from '../month-totals.ts'
import { mergeSpends, POOL_ROOM_BYTES, readSpends, type Spends, spendsText, USER_ROOM_BYTES } from '../spend.ts'
import {
  deletePart,
  generationOfPart,
  poolPart,
  readPart,
  readParts,
  type SnapshotsTable,
  totalsPart,
  usersOfGeneration,
  usersOfMonth,
  usersPart,
  type Write,
  writePart,
} from './snapshots-table.ts'

/**
 * Takes pages into the snapshots of the months they touch, month by month.
 *
 * Each part goes on from the page it stands at itself: a run that died between two parts is finished by the next.
 *
 * @param tail the pages after the cursor, in order
 */
export async function writeMonths(
  snapshots: SnapshotsTable,
  account: string,
  tail: readonly Page[],
  dayOf: DayOf,
): Promise<Write> {
  const to = tail.at(-1)?.header.seq ?? 0
  const folds = new Map<number, ReadonlyMap<string, MonthChange>>()
  const foldSince = (seq: number) => {
    const pages = tail.filter((page) => page.header.seq > seq)
    const known = folds.get(pages.length) ?? foldMonths(pages, dayOf)
    folds.set(pages.length, known)
    return known
  }
  for (const month of [...foldSince(0).keys()].sort()) {
    const changeSince = (seq: number) => foldSince(seq).get(month)
    if ((await writeMonth({ snapshots, account, month, to, changeSince })) === 'overtaken') return 'overtaken'
  }
  return 'written'
}

/** Work to bring a month of an account up to page `to`. */
interface MonthJob {
  readonly snapshots: SnapshotsTable
  readonly account: string
  readonly month: string
  readonly to: number
  /** The amounts that the pages after `seq` add to the month. */
  readonly changeSince: (seq: number) => MonthChange | undefined
}

/** The users of one chunk, or one pool. */
interface Chunk {
  readonly part: string
  /** The page that the stored part stands at; `undefined`: none is stored. */
  readonly from: number | undefined
  /** The page that the part will stand at: `to`, or further where a run died before its totals. */
  readonly seq: number
  readonly users: Spends
}

const PARTS_AT_ONCE = 8

/**
 * Writes the chunks of a month's users and its pools, then its totals: a reader of totals finds the chunks that they name.
 *
 * A chunk that no longer fits makes a generation of twice as many; the old one is deleted after the totals name the next.
 */
async function writeMonth(job: MonthJob): Promise<Write> {
  const { snapshots, account, month, to, changeSince } = job
  const stored = await readPart(snapshots, account, totalsPart(month))
  if (stored !== undefined && stored.seq >= to) return 'written'

  const totals = stored === undefined ? noTotals : readTotals(stored.text)
  const touched = await readTouched(job, totals.generation)
  const grown = touched.every(({ users }) => fitsChunk(users)) ? undefined : await grow(job, totals.generation, touched)
  const chunks = grown?.chunks ?? touched
  const pools = await readPools(job)
  const writes = await atOnce(PARTS_AT_ONCE, [...pools, ...chunks], (chunk) => writeChunk(job, chunk))
  if (writes.includes('overtaken')) return 'overtaken'

  const { totals: more } = changeSince(stored?.seq ?? 0) ?? { totals: noTotals }
  const text = totalsText({ ...mergeTotals(totals, more), generation: grown?.generation ?? totals.generation })
  const write = await writePart(snapshots, account, totalsPart(month), stored?.seq, { seq: to, text })
  if (write === 'written' && grown !== undefined) await deleteOlder(job, grown.generation)
  return write
}

/** The chunks that the pages touch, brought up to `to`. */
function readTouched(job: MonthJob, generation: number): Promise<readonly Chunk[]> {
  const changes = splitByChunk(job.changeSince(0)?.users ?? new Map(), generation)
  return atOnce(PARTS_AT_ONCE, [...changes], ([chunk, users]) =>
    readOn(job, usersPart(job.month, generation, chunk), USER_ROOM_BYTES, (change) => namedIn(change.users, users)),
  )
}

/** The pools that the pages touch, brought up to `to`. */
function readPools(job: MonthJob): Promise<readonly Chunk[]> {
  return atOnce(PARTS_AT_ONCE, [...(job.changeSince(0)?.pools ?? [])], ([name, pool]) =>
    readOn(job, poolPart(job.month, name), POOL_ROOM_BYTES, (change) => namedIn(change.pools, new Map([[name, pool]]))),
  )
}

const namedIn = (spends: Spends, names: Spends): Spends =>
  new Map(
    [...names.keys()].flatMap((name) => {
      const spend = spends.get(name)
      return spend === undefined ? [] : [[name, spend] as const]
    }),
  )

/** A stored part with the amounts of later pages. @param changeOf the part's share of these amounts */
async function readOn(
  { snapshots, account, to, changeSince }: MonthJob,
  part: string,
  room: number,
  changeOf: (change: MonthChange) => Spends,
): Promise<Chunk> {
  const stored = await readPart(snapshots, account, part)
  const change = changeSince(stored?.seq ?? 0)
  const before: Spends = stored === undefined ? new Map() : readSpends(stored.text)
  const users = change === undefined ? before : mergeSpends(before, changeOf(change), room)
  return { part, from: stored?.seq, seq: Math.max(stored?.seq ?? 0, to), users }
}

/** The month's chunks split into those of the first generation that holds all of its users. */
async function grow(
  { snapshots, account, month, to }: MonthJob,
  generation: number,
  touched: readonly Chunk[],
): Promise<{ readonly generation: number; readonly chunks: readonly Chunk[] }> {
  const old = new Map<string, Pick<Chunk, 'seq' | 'users'>>()
  for (const [part, { seq, text }] of await readParts(snapshots, account, usersOfGeneration(month, generation)))
    old.set(part, { seq: Math.max(seq, to), users: readSpends(text) })
  for (const chunk of touched) old.set(chunk.part, chunk)

  const users: Spends = new Map([...old.values()].flatMap((chunk) => [...chunk.users]))
  const next = generationFor(users, generation + 1)
  const begun = await readParts(snapshots, account, usersOfGeneration(month, next))
  const chunks = [...old.values()].flatMap((chunk) =>
    [...splitByChunk(chunk.users, next)].map(([place, inChunk]): Chunk => {
      const part = usersPart(month, next, place)
      return { part, from: begun.get(part)?.seq, seq: chunk.seq, users: inChunk }
    }),
  )
  return { generation: next, chunks }
}

/** Leaves a part alone that is already at that page: an earlier run died before it wrote the totals. */
async function writeChunk({ snapshots, account }: MonthJob, { part, from, seq, users }: Chunk): Promise<Write> {
  if (from !== undefined && from >= seq) return 'written'
  return writePart(snapshots, account, part, from, { seq, text: spendsText(users) })
}

/** Never deletes later ones: after a pause of minutes, another generation may already be in use. */
async function deleteOlder({ snapshots, account, month }: MonthJob, generation: number): Promise<void> {
  const parts = await readParts(snapshots, account, usersOfMonth(month))
  const older = [...parts.keys()].filter((part) => generationOfPart(part) < generation)
  await atOnce(PARTS_AT_ONCE, older, (part) => deletePart(snapshots, account, part))
}
