import { type FateCounts, noFates, type Redriven } from '../../shared/held/io/redrive-held.ts'

/** What became of all events that a call has redriven. */
export interface Total {
  readonly counts: FateCounts
  /** Why some could not be read or decided. */
  readonly errors: readonly unknown[]
}

export const nothingYet: Total = { counts: noFates, errors: [] }

/** With what became of some more. @param unreadable why others beside them could not be read */
export function addUp(total: Total, { counts, errors }: Redriven, unreadable: readonly unknown[]): Total {
  const sum = Object.entries(total.counts).map(([kind, count]) => [kind, count + counts[kind as keyof FateCounts]])
  return { counts: Object.fromEntries(sum) as FateCounts, errors: [...total.errors, ...errors, ...unreadable] }
}
