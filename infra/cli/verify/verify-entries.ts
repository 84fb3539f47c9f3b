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

/** What is wrong with the entries of some pages, each for itself: price and coverage. By page. */
export async function findingsOfEntries(
  { tables, cards }: Against,
  pages: readonly Page[],
): Promise<ReadonlyMap<number, readonly Finding[]>> {
  const markers = await markersOf(tables.markers, pages.flatMap(identitiesWithMarker))
  return new Map(
    pages.map(({ header, entries }) => [
      header.seq,
      entries.flatMap((entry, position) => {
        const marker = needsMarker(entry, header) ? markers.get(identityOf(entry, header.account)) : undefined
        const coverage = findingsOfCoverage(entry, position, header, marker)
        return entry.kind === 'charge' ? [...findingsOfPrice(entry, position, cards), ...coverage] : coverage
      }),
    ]),
  )
}

const identitiesWithMarker = ({ header, entries }: Page): readonly Identity[] =>
  entries.flatMap((entry) => (needsMarker(entry, header) ? [identityOf(entry, header.account)] : []))
