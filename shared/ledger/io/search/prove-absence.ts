import { isFresh } from '../../coverage/coverage-rule.ts'
import { epochOf, standingSeq } from '../../page/page.ts'
import type { Sight } from '../../sight.ts'
import { assertTime, type CommitPorts, hasTime, OutOfTime, type Pending } from '../commit/proposal.ts'
import { claimMarker, moveMarker } from '../markers-table.ts'
import { indexReader, lookBack, lookForward, lookLate } from './look.ts'

const MARKERS_AT_ONCE = 25

/** Proposals that this call can't write. */
export interface Unproven<R> {
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
 * index of its bucket, then a marker; every other id a marker. A marker is put before the page: a crash in between leaves a marker that promises
 * nothing. The other order would leave an entry that no search finds.
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
  const indexOf = indexReader(ports.log, ports.archive, sight)
  for (const one of [...late].sort((a, b) => (a.boundAt ?? 0) - (b.boundAt ?? 0))) {
    assertTime(remainingMs)
    const { identity } = one.proposal
    one.indexed ??= await lookLate(ports.log, sight, { identity, time: one.boundAt ?? 0 }, indexOf)
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
