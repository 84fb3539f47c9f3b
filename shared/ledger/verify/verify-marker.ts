import type { PageHeader } from '../page/page.ts'
import type { MarkerPlace } from './verify-coverage.ts'
import type { Finding } from './verify-finding.ts'

/**
 * Holds a marker against the newest page of the log it names, read after it.
 *
 * That no entry has its identity is no fault: a marker is put before its page, and what turns out to have no price is
 * parked and keeps it. But its writer has seen the page it names.
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
