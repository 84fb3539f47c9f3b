import { bucketOf } from '../../../../shared/ledger/coverage/id-index.ts'
import { identityOf } from '../../../../shared/ledger/entries/entries.ts'
import type { Identity } from '../../../../shared/ledger/entries/identity.ts'
import { markersOf } from '../../../../shared/ledger/io/verify/verify-markers.ts'
import { type Page, standingSeq } from '../../../../shared/ledger/page/page.ts'
import type { Finding } from '../../../../shared/ledger/verify/finding.ts'
import { findingsOfCoverage, needsMarker } from '../../../../shared/ledger/verify/verify-coverage.ts'
import type { RateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { findingsOfPrice } from '../../../../shared/pricing/rerate/verify-prices.ts'
import type { Instant } from '../../../../shared/time/instant.ts'
import type { StoredTables } from '../stored-tables.ts'

interface Against {
  readonly tables: Pick<StoredTables, 'markers'>
  readonly cards: readonly RateCard[]
}

/** What is to be said of the entries of some pages. */
interface EntriesVerdict {
  /** What is wrong with them, each for itself: price and coverage. By page. */
  readonly findings: ReadonlyMap<number, readonly Finding[]>
  /** The lowest page to which one of their markers reaches: from there on it rests on having been looked for. */
  readonly lowestMarker: number
  /** Buckets of the id times of those that came late: they were looked for there. */
  readonly lateBuckets: ReadonlySet<Instant>
}

/** Holds the entries of some pages against their markers and their prices. */
export async function verifyEntries({ tables, cards }: Against, pages: readonly Page[]): Promise<EntriesVerdict> {
  const markers = await markersOf(tables.markers, pages.flatMap(identitiesWithMarker))
  const findings = new Map<number, readonly Finding[]>()
  const lateBuckets = new Set<Instant>()
  let lowestMarker = Number.MAX_SAFE_INTEGER
  for (const { header, entries } of pages) {
    const ofPage = entries.flatMap((entry, position) => {
      const isMarked = needsMarker(entry, header)
      const marker = isMarked ? markers.get(identityOf(entry, header.account)) : undefined
      if (marker !== undefined) lowestMarker = Math.min(lowestMarker, standingSeq(marker, header))
      if (isMarked && entry.kind === 'charge' && entry.boundAt !== undefined) lateBuckets.add(bucketOf(entry.boundAt))
      const coverage = findingsOfCoverage(entry, position, header, marker)
      return entry.kind === 'charge'
        ? [...findingsOfPrice(header.account, entry, position, cards), ...coverage]
        : coverage
    })
    findings.set(header.seq, ofPage)
  }
  return { findings, lowestMarker, lateBuckets }
}

const identitiesWithMarker = ({ header, entries }: Page): readonly Identity[] =>
  entries.flatMap((entry) => (needsMarker(entry, header) ? [identityOf(entry, header.account)] : []))
