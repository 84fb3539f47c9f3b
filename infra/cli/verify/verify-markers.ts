import type { PageHeader } from '../../../shared/ledger/page/page.ts'
import { findingsOfMarker } from '../../../shared/ledger/verify/verify-marker.ts'
import type { StoredTables } from '../lib/stored-tables.ts'
import { allMarkers } from './stored-markers.ts'
import { readHeadPlace } from './stored-pages.ts'
import type { Violation } from './violation.ts'

type Head = Pick<PageHeader, 'seq' | 'cuts'>

/** Holds every marker, or those of one account, against the log it names; that an entry has its marker is seen from the entry. */
export async function verifyMarkers(
  { markers, log }: Pick<StoredTables, 'markers' | 'log'>,
  account: string | undefined,
  tell: (violation: Violation) => Promise<void>,
): Promise<void> {
  const heads = new Map<string, Head | undefined>()
  for await (const piece of allMarkers(markers, account)) {
    for (const { identity, ...marker } of piece) {
      const known = heads.get(marker.account)
      // A log may have grown since its head was read; a marker is never read before the page it names was written.
      if (known === undefined || findingsOfMarker(identity, marker, known).length > 0)
        heads.set(marker.account, await readHeadPlace(log, marker.account))
      const findings = findingsOfMarker(identity, marker, heads.get(marker.account))
      for (const finding of findings) await tell({ account: marker.account, page: marker.seq, ...finding })
    }
  }
}
