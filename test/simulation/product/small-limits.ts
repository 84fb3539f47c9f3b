import type { Patch } from './patch.ts'

const limit = (file: string, name: string, from: string, to: string): Patch => ({
  file,
  find: `${name} = ${from}`,
  replace: `${name} = ${to}`,
})

/**
 * Limits of the product made small, so that a few hundred events fill pages, evict warm ones, split searches and chunks.
 *
 * None of them may decide whether a charge is right; W, which may, keeps its value. So does SEARCHED_ENTRIES: what a look
 * back has read counts against the search after markers, and with a small limit nothing is left to search with.
 */
export const smallLimits: readonly Patch[] = [
  limit('shared/ledger/page/page-bounds.ts', 'PAGE_ENTRIES', '1000', '12'),
  limit('shared/ledger/page/page-bounds.ts', 'PAGE_SEARCHES', '250', '5'),
  limit('shared/ledger/io/log-writer.ts', 'WARM_ENTRIES', '100_000', '150'),
  limit('shared/ledger/io/log-writer.ts', 'WARM_ENTRIES_OF_ONE', '50_000', '60'),
  limit('shared/ledger/io/search/look.ts', 'FIRST_LOOK', '8', '2'),
  limit('shared/ledger/io/search/look.ts', 'WIDEST_LOOK', '200', '5'),
  limit('shared/ledger/io/search/prove-absence.ts', 'PAGES_WORTH_A_MOVE', '50', '3'),
  limit('shared/ledger/io/search/prove-absence.ts', 'SEARCHED_ENTRIES', '300_000', '120'),
  limit('shared/limits/io/reservations/charged-reservations.ts', 'PAGES_A_REQUEST', '50', '5'),
  limit('shared/limits/io/reservations/charged-reservations.ts', 'MOST_ENTRIES', '50_000', '40'),
  limit('shared/pricing/io/rerate-charges.ts', 'PAGES_AT_ONCE', '50', '3'),
  limit('functions/project-log/follow-log.ts', 'PAGES_AT_ONCE', '50', '4'),
  limit('functions/project-log/archiver.ts', 'PAGES_AT_ONCE', '50', '4'),
  limit('functions/project-log/archiver.ts', 'PAGES_WORTH_AN_INDEX', '16', '1'),
  limit('functions/project-log/warm-tails.ts', 'TAIL_ENTRIES', '100_000', '100'),
  limit('shared/spend/snapshot-due.ts', 'TAIL_PAGES', '1024', '12'),
  limit('functions/project-log/warm-tails.ts', 'WATCH_ENTRIES', '100_000', '150'),
  limit('shared/limits/io/warm-folds.ts', 'WARM_ENTRIES', '200_000', '150'),
  limit('shared/spend/chunks.ts', 'CHUNK_BYTES', '32 * 1024', '1000'),
]
