import { isFresh } from '../coverage/coverage.ts'
import type { Entry } from '../entries/entries.ts'
import { standingSeq } from '../page/epoch.ts'
import type { PageHeader } from '../page/page.ts'
import type { Finding } from './verify-finding.ts'

/** What a marker says: whoever wrote its identity did so in a page of this account after `seq`. */
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
 * What the coverage rule leaves behind, so that everyone can check it later (account-log, "Exactly once"): every entry
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
