import { type ChargeEntry, usageIdentity } from '../../ledger/entries/charge.ts'
import type { Identity } from '../../ledger/entries/identity.ts'
import type { LogTable } from '../../ledger/io/log-table.ts'
import { storedPages } from '../../ledger/io/stored-pages.ts'
import type { Page } from '../../ledger/page/page.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { findingsOfReratings, type PlacedRerating, type ReratingFinding } from '../rerate/verify-prices.ts'

/** Charges that are compared with the log at once: a bound of memory, some hundred bytes each. */
const CHARGES_AT_ONCE = 20_000

/**
 * Collects the charges that were re-rated, and holds them against their re-ratings in the end.
 *
 * A re-rating may stand any number of pages after its charge: the log is read once more for them, in logs that have some.
 * Only their identities are kept while the log is read for the first time. From a checkpoint on the re-ratings of before are
 * read too, since a later one goes on from what they made of the charge.
 */
export class ReratingCheck {
  readonly #log: LogTable
  readonly #account: string
  readonly #cards: readonly RateCard[]
  readonly #rerated = new Set<Identity>()

  constructor(log: LogTable, account: string, cards: readonly RateCard[]) {
    this.#log = log
    this.#account = account
    this.#cards = cards
  }

  add({ entries }: Page): void {
    for (const entry of entries) if (entry.kind === 'rerating') this.#rerated.add(usageIdentity(entry.of))
  }

  async end(head: number): Promise<readonly ReratingFinding[]> {
    const all = [...this.#rerated]
    const findings: ReratingFinding[] = []
    for (let next = 0; next < all.length; next += CHARGES_AT_ONCE)
      findings.push(...(await this.#findingsOf(all.slice(next, next + CHARGES_AT_ONCE), head)))
    return findings.sort(([a], [b]) => a - b)
  }

  async #findingsOf(some: readonly Identity[], head: number): Promise<readonly ReratingFinding[]> {
    const found = new Map(some.map((identity) => [identity, { charge: undefined, reratings: [] } as Found]))
    let isWhole = true
    let last = 0
    for await (const stored of storedPages(this.#log, this.#account, head)) {
      for (const one of stored) {
        if (one.kind === 'page') lookFor(found, one.page)
        isWhole &&= one.kind === 'page' && one.seq === last + 1
        last = one.seq
      }
    }
    return [...found.values()].flatMap(({ charge, reratings }) =>
      // A charge that is not there may stand in a page that is missing or can't be read: a finding of its own.
      charge === undefined && !isWhole ? [] : findingsOfReratings(this.#account, charge, reratings, this.#cards),
    )
  }
}

interface Found {
  charge: ChargeEntry | undefined
  readonly reratings: PlacedRerating[]
}

function lookFor(found: ReadonlyMap<Identity, Found>, { header, entries }: Page): void {
  for (const [position, entry] of entries.entries()) {
    if (entry.kind === 'charge') {
      const one = found.get(usageIdentity(entry))
      if (one !== undefined) one.charge ??= entry
    } else if (entry.kind === 'rerating') {
      found.get(usageIdentity(entry.of))?.reratings.push({ entry, seq: header.seq, position })
    }
  }
}
