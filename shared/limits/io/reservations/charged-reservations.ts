import { type LogTable, readPages } from '../../../ledger/io/log-table.ts'
import type { Instant } from '../../../time/instant.ts'
import { type Gate, type Lookback, rebaseGate } from '../../gates/gate.ts'
import type { AccountFold } from '../account-fold.ts'

/** At once: a page has up to 64 KB. */
const PAGES_A_REQUEST = 50

/** The most entries that one request reads, about half a KB each. A gate that was not used for longer is read further by the next requests. */
const MOST_ENTRIES = 50_000

/** The charged reservations in pages that a fold does not know, from the oldest page on. */
export interface Earlier {
  /** `undefined`: every page that was asked for is known. */
  readonly lookedUpTo: number | undefined
  readonly chargedAt: ReadonlyMap<string, number>
}

type LooksBack = Pick<AccountFold, 'account' | 'head' | 'lookedBack' | 'takeEarlier'>

const nothingEarlier: Earlier = { lookedUpTo: undefined, chargedAt: new Map() }

/**
 * Reads the pages that neither a gate nor the fold has looked at; mostly none.
 *
 * A gate without a hold that may still be open needs no look at the log.
 */
export async function readEarlier(log: LogTable, fold: LooksBack, stored: Gate, readAt: Instant): Promise<Earlier> {
  const head = fold.head()
  if (head === undefined) return nothingEarlier
  const { seq, holds } = rebaseGate(stored, head.header)
  if (holds.every(({ expiresAt }) => expiresAt <= readAt)) return nothingEarlier
  return await readCharged(log, fold, seq, new Set(holds.map(({ id }) => id)))
}

/**
 * Which of these reservations were charged after a page, as far as the fold does not say so itself.
 *
 * The fold keeps the pages read, from its beginning backwards, so that the next request reads nothing. Before the page at which it has
 * read as much as it may, each request reads by itself, forwards, and keeps only its own result.
 */
export async function readCharged(
  log: LogTable,
  fold: LooksBack,
  after: number,
  ids: ReadonlySet<string>,
): Promise<Earlier> {
  await lookBack(log, fold, after)
  const known = fold.lookedBack().to
  if (after >= known) return nothingEarlier
  const chargedAt = new Map<string, number>()
  let [last, entries] = [after, 0]
  while (last < known && entries < MOST_ENTRIES) {
    const pages = await readPages(log, fold.account, { from: last + 1, to: known, limit: PAGES_A_REQUEST })
    if (pages.length === 0) break
    for (const page of pages) {
      for (const entry of page.entries)
        if (entry.kind === 'charge' && entry.reservation !== undefined && ids.has(entry.reservation))
          chargedAt.set(entry.reservation, page.header.seq)
      last = page.header.seq
      entries += page.entries.length + 1
    }
  }
  return { lookedUpTo: last < known ? last : undefined, chargedAt }
}

/** Of two that do so at once the second finds the pages taken. */
async function lookBack(log: LogTable, fold: LooksBack, after: number): Promise<void> {
  for (;;) {
    const { to, entries } = fold.lookedBack()
    if (to <= after || entries >= MOST_ENTRIES) return
    const range = { from: after + 1, to, limit: PAGES_A_REQUEST, order: 'newest-first' } as const
    const pages = await readPages(log, fold.account, range)
    if (pages.length === 0) return
    for (const page of pages) fold.takeEarlier(page)
  }
}

/** The facts to fold a gate with, at the fold's current page. */
export function lookback(fold: AccountFold, earlier: Earlier, readAt: Instant): Lookback {
  const head = fold.head()
  if (head === undefined) throw new Error(`the fold of ${fold.account} has lost its head`)
  return {
    head: head.header,
    lookedUpTo: earlier.lookedUpTo ?? head.header.seq,
    chargedAt: (reservation) => fold.chargedAt(reservation) ?? earlier.chargedAt.get(reservation),
    readAt,
  }
}
