import { type Entry, effectOf } from '../../../../shared/ledger/entries/entries.ts'
import type { LogTable } from '../../../../shared/ledger/io/log-table.ts'
import { storedPages } from '../../../../shared/ledger/io/stored-pages.ts'
import { addEffects, type Page, type PageHeader } from '../../../../shared/ledger/page/page.ts'
import { type Credits, minus, noCredits, plus } from '../../../../shared/money/amounts.ts'
import type { Instant } from '../../../../shared/time/instant.ts'
import { Failure } from '../failure.ts'

/** An entry and the page it stands in. */
export interface Logged {
  readonly entry: Entry
  readonly header: PageHeader
  /** From 0 within the page. */
  readonly position: number
  /** After this entry: the page's own balance, without what comes after it in the page. */
  readonly balance: Credits
}

/** Which entries are wanted: all of what is named. */
export interface Wanted {
  readonly since?: Instant | undefined
  /** Before this time. */
  readonly until?: Instant | undefined
  /** A charge of this user. */
  readonly user?: string | undefined
  /** The charge of this event. */
  readonly id?: string | undefined
}

/** When it happened: of a charge its event's time. */
export const timeOf = (entry: Entry): Instant => (entry.kind === 'charge' ? entry.time : entry.at)

function isWanted({ since, until, user, id }: Wanted, entry: Entry): boolean {
  const time = timeOf(entry)
  if (since !== undefined && time < since) return false
  if (until !== undefined && time >= until) return false
  if (user !== undefined && !(entry.kind === 'charge' && entry.user === user)) return false
  return id === undefined || (entry.kind === 'charge' && entry.id === id)
}

/**
 * The wanted entries in the order of the log, piece by piece.
 *
 * @throws Failure at a page that can't be read
 */
export async function* loggedEntries(
  table: LogTable,
  account: string,
  head: number,
  wanted: Wanted,
): AsyncGenerator<readonly Logged[]> {
  for await (const pages of storedPages(table, account, head)) {
    yield pages.flatMap((stored) => {
      if (stored.kind === 'page') return entriesOf(stored.page).filter(({ entry }) => isWanted(wanted, entry))
      throw new Failure(`page ${stored.seq} of ${account} can't be read (${stored.why}); groschen verify says more`)
    })
  }
}

function entriesOf({ header, entries }: Page): readonly Logged[] {
  const { totalCredited, totalCharged } = addEffects({ totalCredited: noCredits, totalCharged: noCredits }, entries)
  let balance = minus(header.balance, minus(totalCredited, totalCharged))
  return entries.map((entry, position) => {
    const { credited = noCredits, charged = noCredits } = effectOf(entry)
    balance = minus(plus(balance, credited), charged)
    return { entry, header, position, balance }
  })
}
