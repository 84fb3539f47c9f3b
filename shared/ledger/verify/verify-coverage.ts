import { isFresh } from '../coverage/coverage-rule.ts'
import type { Entry } from '../entries/entries.ts'
import { type PageHeader, standingSeq } from '../page/page.ts'
import type { Finding } from './finding.ts'

/** A marker says: if its identity was written, then in a page of this account after `seq`. */
export interface MarkerPlace {
  readonly account: string
  readonly seq: number
  readonly epoch: number
}

type Place = Pick<PageHeader, 'account' | 'seq' | 'logTime' | 'cuts'>

/**
 * Only an account-bound id in a page of its own time goes without a marker; all others, and late ones, have one.
 *
 * The opening has none either: it is page 1, and a log has one page 1.
 */
export function needsMarker(entry: Entry, { logTime }: Pick<Place, 'logTime'>): boolean {
  if (entry.kind === 'open') return false
  if (entry.kind !== 'charge' || entry.boundAt === undefined) return true
  return entry.boundAt > logTime || !isFresh(entry.boundAt, logTime)
}

/**
 * The trace of the coverage rule, by which it can be checked later (account-log, "Exactly once"): every entry
 * stands in a page of its own id's time, or has a marker of this account that was put before its page.
 *
 * One without could stand in the log twice, and a replay would not find it.
 */
export const isFindable = (entry: Entry, place: Place, marker: MarkerPlace | undefined): boolean =>
  !needsMarker(entry, place) ||
  (marker !== undefined && marker.account === place.account && standingSeq(marker, place) < place.seq)

export function findingsOfCoverage(
  entry: Entry,
  position: number,
  place: Place,
  marker: MarkerPlace | undefined,
): readonly Finding[] {
  if (isFindable(entry, place, marker)) return []
  const { account, seq } = place
  const isBound = entry.kind === 'charge' && entry.boundAt !== undefined
  const expected = `a marker of ${account} before page ${seq}${isBound ? ', or a page of its id’s time' : ''}`
  const found = marker === undefined ? 'no marker' : `a marker of ${marker.account} at page ${marker.seq}`
  return [{ check: 'coverage', entry: position, expected, found }]
}

/**
 * Holds a marker against the newest page of the log it names, read after it.
 *
 * A marker without an entry is no fault: it is put before its page, and an event that turns out to have no price is
 * parked and keeps it. But its writer has seen the page that it names.
 *
 * @param identity its key
 * @param head `undefined`: there is no such log
 */
export function findingsOfMarker(
  identity: string,
  { account, seq, epoch }: MarkerPlace,
  head: Pick<PageHeader, 'seq' | 'cuts'> | undefined,
): readonly Finding[] {
  const found = `marker ${identity} at page ${seq}`
  if (head === undefined) return [{ check: 'marker', expected: `a log of ${account}`, found }]
  // Of an epoch before: the page it names may be gone, and its word ends at the cut.
  const isOfLost = epoch < head.cuts.length
  const isThere = Number.isInteger(seq) && seq >= 1 && (isOfLost || seq <= head.seq)
  const isOfAnEpoch = Number.isInteger(epoch) && epoch >= 0 && epoch <= head.cuts.length
  return [
    ...(isThere ? [] : [{ check: 'marker' as const, expected: `one of the pages 1 to ${head.seq}`, found }]),
    ...(isOfAnEpoch
      ? []
      : [
          {
            check: 'marker' as const,
            expected: `an epoch up to ${head.cuts.length}`,
            found: `${found}, epoch ${epoch}`,
          },
        ]),
  ]
}
