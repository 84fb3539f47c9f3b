import type { Credits } from '../../money/amounts.ts'
import type { Instant } from '../../time/instant.ts'
import type { Entry } from '../entries/entries.ts'
import type { TopUpState, TopUpTally } from '../tally/top-up-state.ts'

/** The format that is written. Readers know every format that ever was. */
export const PAGE_FORMAT = 1

/** What stands in a page beside its entries (account-log, "Shape"). Amounts in credits. */
export interface PageHeader {
  readonly format: number
  readonly account: string
  /** Dense, from 1. */
  readonly seq: number
  /** max(log time of the page before, id times of the account-bound events in this page); never the wall clock. */
  readonly logTime: Instant
  /** Wall clock of the writer; informative only. */
  readonly writtenAt: Instant
  /** After this page: lifetime credited − lifetime charged. */
  readonly balance: Credits
  readonly totalCredited: Credits
  readonly totalCharged: Credits
  readonly topUp: TopUpState
  /** `undefined`: nothing was ever topped up, nor tried. */
  readonly tally: TopUpTally | undefined
  /** The levels that the balance fell below with this page. */
  readonly crossings: readonly Credits[]
  readonly entryCount: number
  /** The page that last changed the settings. */
  readonly settingsSeq: number
  /**
   * By epoch, the page that its restore went back to; none: never restored. Their number is the log's epoch. What a marker of an older epoch says of pages after the cut is about pages that are gone.
   */
  readonly cuts: readonly number[]
  /** Eight random bytes of the writer, hex: tells two writers' equal pages apart. */
  readonly nonce: string
  /** Hex; of page 1: zeros. */
  readonly previousHash: string
}

/** A page as its writer knows it, and as every reader gets it back. */
export interface Page {
  readonly header: PageHeader
  readonly entries: readonly Entry[]
  /** The packed entries, as stored. */
  readonly body: Uint8Array
  /** Hex SHA-256 over header and body. */
  readonly hash: string
}

export const NO_PREVIOUS_HASH = '0'.repeat(64)
