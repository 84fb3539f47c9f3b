import type { Instant } from '../../../time/instant.ts'
import type { Archive } from '../archive/page-archive.ts'
import type { LogTable } from '../log-table.ts'
import type { MarkersTable } from '../markers-table.ts'

/** What a commit reaches out by; time, randomness and waiting are arguments. */
export interface CommitPorts {
  readonly log: LogTable
  readonly markers: MarkersTable
  /** For its indexes of ids alone: what it does not answer is read from the log. */
  readonly archive: Archive
  readonly now: () => Instant
  /** Eight random bytes, hex. */
  readonly nonce: () => string
  /** From 0 to below 1. */
  readonly random: () => number
  readonly wait: (milliseconds: number) => Promise<void>
}

/** The time there was is over: what is not committed yet goes back to where it came from. */
export class OutOfTime extends Error {
  constructor() {
    super('no time left to commit')
  }
}

/** Left for giving messages back: no new attempt begins later. */
const RESERVE_MS = 2000

export const hasTime = (remainingMs: () => number): boolean => remainingMs() >= RESERVE_MS

/** @throws OutOfTime */
export function assertTime(remainingMs: () => number): void {
  if (!hasTime(remainingMs)) throw new OutOfTime()
}
