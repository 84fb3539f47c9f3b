import type { LogTable } from '../../ledger/io/log-table.ts'
import { pagesSince } from '../../ledger/io/pages-since.ts'
import type { Instant } from '../../time/instant.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type HistoryCosts, HistoryTally, type OutOfRange, type Replacement } from '../estimates/costs.ts'

/**
 * Prices an account's charges of a time again.
 *
 * From the log, not from the folds: another model's price wants the quantities, tiers want those of each single charge.
 *
 * @returns `undefined`: there was no time for all of it
 */
export async function readHistory(
  log: LogTable,
  account: string,
  { from, to, card, replace }: HistoryQuestion,
  hasTime: () => boolean,
): Promise<HistoryCosts | OutOfRange | undefined> {
  const tally = new HistoryTally(card, replace)
  for await (const { entries } of pagesSince(log, account, from)) {
    if (!hasTime()) return undefined
    for (const entry of entries) {
      const isMeant = entry.kind === 'charge' && entry.time >= from && entry.time < to
      if (isMeant) tally.add({ ...entry, account }, entry.credits)
    }
  }
  return tally.result()
}

interface HistoryQuestion {
  readonly from: Instant
  readonly to: Instant
  readonly card: RateCard | undefined
  readonly replace: readonly Replacement[]
}
