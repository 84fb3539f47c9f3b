import { type Identity, identityOf } from '../../../shared/account-log/identity.ts'
import type { Page } from '../../../shared/account-log/page.ts'
import { findingsOfCoverage, needsMarker } from '../../../shared/account-log/verify-coverage.ts'
import type { Finding } from '../../../shared/account-log/verify-finding.ts'
import { findingsOfPrice } from '../../../shared/account-log/verify-price.ts'
import type { RateCard } from '../../../shared/rates/rate-card.ts'
import { markersOf } from './stored-markers.ts'
import type { StoredTables } from './stored-tables.ts'

interface Against {
  readonly tables: Pick<StoredTables, 'markers'>
  readonly cards: readonly RateCard[]
}

/** What is to be said of the entries of some pages. */
export interface EntriesVerdict {
  /** What is wrong with them, each for itself: price and coverage. By page. */
  readonly findings: ReadonlyMap<number, readonly Finding[]>
  /** The lowest page to which one of their markers reaches: from there on it rests on having been looked for. */
  readonly lowestMarker: number
}

export async function verifyEntries({ tables, cards }: Against, pages: readonly Page[]): Promise<EntriesVerdict> {
  const markers = await markersOf(tables.markers, pages.flatMap(identitiesWithMarker))
  const lowestMarker = [...markers.values()].reduce((lowest, { seq }) => Math.min(lowest, seq), Number.MAX_SAFE_INTEGER)
  const findings = new Map(
    pages.map(({ header, entries }) => [
      header.seq,
      entries.flatMap((entry, position) => {
        const marker = needsMarker(entry, header) ? markers.get(identityOf(entry, header.account)) : undefined
        const coverage = findingsOfCoverage(entry, position, header, marker)
        return entry.kind === 'charge' ? [...findingsOfPrice(entry, position, cards), ...coverage] : coverage
      }),
    ]),
  )
  return { findings, lowestMarker }
}

const identitiesWithMarker = ({ header, entries }: Page): readonly Identity[] =>
  entries.flatMap((entry) => (needsMarker(entry, header) ? [identityOf(entry, header.account)] : []))
