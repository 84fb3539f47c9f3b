import { credits, sumOf } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import type { Became } from '../events/outcome-of-events.ts'

/** The last line of a replay. */
export interface ReplaySummary {
  readonly rows: number
  /** Exact credits that this run charged. */
  readonly charged: string
  /** Rows whose charge stood in the log already. */
  readonly replayed: number
  readonly parked: number
  /** Rows whose time has not come. */
  readonly ahead: number
  readonly quarantined: number
  /** Credits, exact. */
  readonly balance: string
  readonly seconds: number
}

export function summaryOf(became: readonly Became[], balance: string, seconds: number): ReplaySummary {
  const count = (kind: Became['kind']): number => became.filter((one) => one.kind === kind).length
  const charged = became.flatMap((one) => (one.kind === 'charged' ? [credits(one.credits)] : []))
  return {
    rows: became.length,
    charged: plain(sumOf(charged)),
    replayed: count('replayed'),
    parked: count('parked'),
    ahead: count('ahead'),
    quarantined: count('quarantined'),
    balance,
    seconds,
  }
}
