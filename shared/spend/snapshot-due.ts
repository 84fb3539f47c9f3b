import type { Page } from '../ledger/page/page.ts'
import { type Instant, MINUTE_MS } from '../time/instant.ts'

/**
 * A snapshot is rewritten at the first of these bounds (account-log, "Folds"), so that one Query reads the pages after it.
 *
 * Larger bounds write less, and make each access check read more. The content of a snapshot never depends on them.
 */
const TAIL_PAGES = 1024
const TAIL_BYTES = 256 * 1024
export const TAIL_AGE_MS = 5 * MINUTE_MS

/** @param tail the pages after the snapshot, in order */
export function isSnapshotDue(tail: readonly Page[], now: Instant): boolean {
  const [oldest] = tail
  if (oldest === undefined) return false
  const bytes = tail.reduce((sum, page) => sum + page.body.length, 0)
  return tail.length >= TAIL_PAGES || bytes >= TAIL_BYTES || now - oldest.header.writtenAt >= TAIL_AGE_MS
}
