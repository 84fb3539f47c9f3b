import type { Instant } from '../../../time/instant.ts'
import { FRESH_WINDOW_MS, isFresh, type SeenRange } from '../../coverage/coverage-rule.ts'
import { bucketOf, placesIn } from '../../coverage/id-index.ts'
import type { Identity } from '../../entries/identity.ts'
import { epochOf, standingSeq } from '../../page/page.ts'
import { Sight } from '../../sight.ts'
import { assertTime, type CommitPorts, hasTime, OutOfTime, type Pending } from '../commit/proposal.ts'
import { type LogTable, lastSeqBefore, readHead, readPage, readPages, readPagesAfter } from '../log-table.ts'
import { claimMarker, moveMarker } from '../markers-table.ts'
import { IdIndexes } from './id-indexes.ts'

const MARKERS_AT_ONCE = 25

/** Proposals that this call can't write. */
interface Unproven<R> {
  /** Another account holds the marker. */
  readonly elsewhere: readonly Pending<R>[]
  /** The search did not end within its time or its bound of pages. */
  readonly unsearched: readonly Pending<R>[]
}

/** A search for old identities reads at most this much in one commit; markers remember how far it came. */
const SEARCHED_ENTRIES = 300_000

/** A marker this far behind the head is moved up once absence is proven: the next search begins there. */
const PAGES_WORTH_A_MOVE = 50

/**
 * Reads and marks until each identity is either found in a page or proven absent by the coverage rule.
 *
 * Fresh bound ids cost a look back into the last minutes at most; late ones a look at the pages of their time, or at the
 * index of its bucket, then a marker; every other id a marker. A marker is put before the page: a crash in between leaves
 * a marker that promises nothing. The other way round a crash would leave an entry that no search finds.
 *
 * @returns those that it could not decide
 * @throws OutOfTime
 */
export async function proveAbsence<R>(
  ports: CommitPorts,
  sight: Sight,
  pending: readonly Pending<R>[],
  remainingMs: () => number,
): Promise<Unproven<R>> {
  const isAbsent = (one: Pending<R>) => sight.find(one.proposal.identity) === undefined
  const headTime = sight.head().header.logTime
  const bound = pending.filter((one) => one.boundAt !== undefined)
  const fresh = bound.filter((one) => isFresh(one.boundAt ?? 0, headTime))
  const late = bound.filter((one) => !isFresh(one.boundAt ?? 0, headTime))

  if (fresh.length > 0) {
    const oldest = fresh.reduce((time, one) => Math.min(time, one.boundAt ?? time), Number.POSITIVE_INFINITY)
    await lookBack(ports.log, sight, oldest, () => assertTime(remainingMs))
  }
  const indexes = new IdIndexes(ports.log, ports.archive, sight)
  for (const one of [...late].sort((a, b) => (a.boundAt ?? 0) - (b.boundAt ?? 0))) {
    assertTime(remainingMs)
    const { identity } = one.proposal
    one.indexed ??= await lookLate(ports.log, sight, { identity, time: one.boundAt ?? 0 }, indexes)
  }

  const opaque = pending.filter((one) => one.boundAt === undefined)
  const toMark = [...opaque, ...late].filter((one) => one.marker === undefined && isAbsent(one))
  const elsewhere = await mark(ports, sight, toMark, remainingMs)
  const marked = [...opaque, ...late].filter((one) => one.marker !== undefined && isAbsent(one))
  for (const one of marked) one.markerSeq = one.marker && standingSeq(one.marker, sight.head().header)
  return { elsewhere, unsearched: await searchAfterMarkers(ports, sight, marked, remainingMs) }
}

async function mark<R>(
  ports: CommitPorts,
  sight: Sight,
  pending: readonly Pending<R>[],
  remainingMs: () => number,
): Promise<readonly Pending<R>[]> {
  const { account } = sight
  const { header } = sight.head()
  const ours = { account, seq: header.seq, epoch: epochOf(header) }
  const elsewhere: Pending<R>[] = []
  for (let next = 0; next < pending.length; next += MARKERS_AT_ONCE) {
    assertTime(remainingMs)
    await Promise.all(
      pending.slice(next, next + MARKERS_AT_ONCE).map(async (one) => {
        const marker = await claimMarker(ports.markers, one.proposal.identity, ours)
        if (marker.account !== account) {
          // Its epoch is one of another log.
          elsewhere.push(one)
          return
        }
        // The log was restored after the head we know: begin again, with the newest.
        if (marker.epoch > ours.epoch) throw new OutOfTime()
        one.marker = marker
      }),
    )
  }
  return elsewhere
}

/**
 * Reads the pages between each marker and the newest run of seen pages.
 *
 * @returns those whose search did not end; their markers stand where it stopped
 */
async function searchAfterMarkers<R>(
  ports: CommitPorts,
  sight: Sight,
  marked: readonly Pending<R>[],
  remainingMs: () => number,
): Promise<readonly Pending<R>[]> {
  const unsearched: Pending<R>[] = []
  // Pages of earlier looks don't count, so that each call makes progress.
  const most = sight.size() + SEARCHED_ENTRIES
  const mayRead = () => hasTime(remainingMs) && sight.size() < most
  const { header } = sight.head()
  for (const one of [...marked].sort((a, b) => (a.markerSeq ?? 0) - (b.markerSeq ?? 0))) {
    const { marker, markerSeq, proposal } = one
    if (marker === undefined || markerSeq === undefined) continue
    const { identity } = proposal
    const searched = await lookForward(ports.log, sight, markerSeq + 1, identity, mayRead)
    if (sight.find(identity) !== undefined) continue

    if (searched - markerSeq > PAGES_WORTH_A_MOVE) {
      await moveMarker(ports.markers, identity, marker, { seq: searched, epoch: epochOf(header) })
    }
    if (searched < header.seq) unsearched.push(one)
  }
  return unsearched
}

/** The pages of one request: few at first, since the entry is mostly near, then more. */
const FIRST_LOOK = 8
const WIDEST_LOOK = 200

/** Begins with the newest page; `undefined` for an account without a log. */
export async function openSight(log: LogTable, account: string): Promise<Sight | undefined> {
  const head = await readHead(log, account)
  return head && new Sight(head)
}

/** Reads every page after the head: never jumps over one (a jump to the newest page charged twice in the model check). */
export async function catchUp(log: LogTable, sight: Sight): Promise<void> {
  for (const page of await readPagesAfter(log, sight.account, sight.head().header.seq)) sight.add(page)
}

/**
 * Reads back from the newest run until a page lies before `time`, so that none further down can hold a bound id of that time.
 *
 * @param check called before each request; throws when it is time to stop
 */
async function lookBack(log: LogTable, sight: Sight, time: Instant, check: () => void): Promise<void> {
  for (let width = FIRST_LOOK; ; width = Math.min(width * 2, WIDEST_LOOK)) {
    const low = sight.ranges().at(-1)?.from
    if (low === undefined || low.seq === 1 || low.logTime < time) return
    check()
    const to = low.seq - 1
    const pages = await readPages(log, sight.account, { from: 1, to, limit: width, order: 'newest-first' })
    for (const page of pages) sight.add(page)
  }
}

/** Whether every page was seen in which a bound id of `time` may stand without a marker. */
const isSeenAround = (sight: Sight, time: Instant): boolean =>
  sight.ranges().some(({ from, to }) => (from.seq === 1 || from.logTime < time) && to.logTime > time + FRESH_WINDOW_MS)

/** Reads the pages in which a bound id of `time` may stand without a marker: log times from `time` to `time` + W, and one beyond each rim. */
async function lookAround(log: LogTable, sight: Sight, time: Instant): Promise<void> {
  const known = sight.ranges().find(({ from, to }) => (from.seq === 1 || from.logTime < time) && to.logTime >= time)
  const start = known?.to.seq ?? (await lastSeqBefore(log, sight.head().header, time, (seq) => sight.page(seq)))
  await readForward(log, sight, start, (logTime) => logTime > time + FRESH_WINDOW_MS)
}

/**
 * Reads on from a seq until the identity is found, the head is reached, or `mayRead` says no; pages seen already cost
 * nothing. Answers with the last seq looked at; `from` - 1: none.
 */
export async function lookForward(
  log: LogTable,
  sight: Sight,
  from: number,
  identity: Identity,
  mayRead: () => boolean,
): Promise<number> {
  return await readForward(log, sight, from, () => sight.find(identity) !== undefined, mayRead)
}

async function readForward(
  log: LogTable,
  sight: Sight,
  from: number,
  isEnough: (logTime: Instant) => boolean,
  mayRead: () => boolean = () => true,
): Promise<number> {
  const last = sight.head().header.seq
  let next = from
  for (let width = FIRST_LOOK; next <= last; ) {
    const seen = sight.page(next)
    if (seen === undefined) {
      if (!mayRead()) return next - 1
      const to = Math.min(next + width - 1, last)
      for (const page of await readPages(log, sight.account, { from: next, to })) sight.add(page)
      width = Math.min(width * 2, WIDEST_LOOK)
      if (sight.page(next) === undefined) throw new Error(`page ${next} of account ${sight.account} can't be read`)
    }
    if (isEnough(sight.page(next)?.header.logTime ?? 0)) return next
    next += 1
  }
  return last
}

/**
 * Looks for a bound id where it may stand without a marker: by the index of its bucket, which is one read, or else in the
 * pages of its time.
 *
 * @returns the pages that an index proves to be without it; `undefined`: it was found, or all of them are seen
 */
export async function lookLate(
  log: LogTable,
  sight: Sight,
  { identity, time }: { readonly identity: Identity; readonly time: Instant },
  indexes: IdIndexes,
): Promise<SeenRange | undefined> {
  if (sight.find(identity) !== undefined || isSeenAround(sight, time)) return undefined
  const index = await indexes.of(bucketOf(time))
  if (index === undefined) {
    await lookAround(log, sight, time)
    return undefined
  }
  for (const seq of placesIn(index, identity)) {
    const page = await readPage(log, sight.account, seq)
    if (page !== undefined) sight.add(page)
    if (sight.find(identity) !== undefined) return undefined
  }
  return index.pages
}
