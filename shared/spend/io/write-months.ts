import { atOnce } from '../../time/at-once.ts'
import { fitsChunk, generationFor, splitByChunk } from '../chunks.ts'
import type { MonthChange } from '../fold-pages.ts'
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

/** A month of an account that is to be brought up to a page. */
export interface MonthJob {
  readonly snapshots: SnapshotsTable
  readonly account: string
  readonly month: string
  /** The page that the snapshot will stand at. */
  readonly to: number
  /** What the pages after `seq` add to the month. */
  readonly changeSince: (seq: number) => MonthChange | undefined
}

/** The users of one chunk, or one pool. */
interface Chunk {
  readonly part: string
  /** What is stored stands at this page; `undefined`: nothing is. */
  readonly from: number | undefined
  /** What will be stored: as far as the month, or further already where a run died before its totals. */
  readonly seq: number
  readonly users: Spends
}

const PARTS_AT_ONCE = 8

/**
 * Writes the chunks of a month's users and its pools, then its totals: whoever reads totals finds the chunks they speak of.
 *
 * A chunk that no longer fits makes a generation of twice as many; the old one is deleted after the totals name the next.
 */
export async function writeMonth(job: MonthJob): Promise<Write> {
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

/** The chunks that the pages touch, read and gone on with. */
function readTouched({ snapshots, account, month, to, changeSince }: MonthJob, generation: number) {
  const changes = splitByChunk(changeSince(0)?.users ?? new Map(), generation)
  return atOnce(PARTS_AT_ONCE, [...changes], async ([chunk, all]): Promise<Chunk> => {
    const part = usersPart(month, generation, chunk)
    const stored = await readPart(snapshots, account, part)
    if (stored === undefined)
      return { part, from: undefined, seq: to, users: mergeSpends(new Map(), all, USER_ROOM_BYTES) }
    const more = splitByChunk(changeSince(stored.seq)?.users ?? new Map(), generation).get(chunk) ?? new Map()
    const users = mergeSpends(readSpends(stored.text), more, USER_ROOM_BYTES)
    return { part, from: stored.seq, seq: Math.max(stored.seq, to), users }
  })
}

/** The pools that the pages touch, each a part of its own, read and gone on with. */
function readPools({ snapshots, account, month, to, changeSince }: MonthJob) {
  return atOnce(PARTS_AT_ONCE, [...(changeSince(0)?.pools ?? [])], async ([name, all]): Promise<Chunk> => {
    const part = poolPart(month, name)
    const stored = await readPart(snapshots, account, part)
    const more = stored === undefined ? all : changeSince(stored.seq)?.pools.get(name)
    const before: Spends = stored === undefined ? new Map() : readSpends(stored.text)
    const users = mergeSpends(before, new Map(more && [[name, more]]), POOL_ROOM_BYTES)
    return { part, from: stored?.seq, seq: Math.max(stored?.seq ?? 0, to), users }
  })
}

/** The month's chunks split into those of the first generation that holds all of its users. */
async function grow(
  { snapshots, account, month, to }: MonthJob,
  generation: number,
  touched: readonly Chunk[],
): Promise<{ readonly generation: number; readonly chunks: readonly Chunk[] }> {
  const old = new Map<string, Pick<Chunk, 'seq' | 'users'>>()
  for (const [part, { seq, text }] of await readParts(snapshots, account, usersOfGeneration(month, generation))) {
    old.set(part, { seq: Math.max(seq, to), users: readSpends(text) })
  }
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

/** One that stands as far already, from a run that died before its totals, is left as it is. */
async function writeChunk({ snapshots, account }: MonthJob, { part, from, seq, users }: Chunk): Promise<Write> {
  if (from !== undefined && from >= seq) return 'written'
  return writePart(snapshots, account, part, from, { seq, text: spendsText(users) })
}

/** Never later ones: a process that was held up for minutes comes here when another generation may be in use already. */
async function deleteOlder({ snapshots, account, month }: MonthJob, generation: number): Promise<void> {
  const parts = await readParts(snapshots, account, usersOfMonth(month))
  const older = [...parts.keys()].filter((part) => generationOfPart(part) < generation)
  await atOnce(PARTS_AT_ONCE, older, (part) => deletePart(snapshots, account, part))
}
