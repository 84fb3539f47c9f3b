/** The rules that a log, its markers and its folds are checked against. */
export type Check =
  /** Accounts that have a record and a log. */
  | 'account'
  /** Pages can be read, and stay within their limits. */
  | 'page'
  /** Numbers are dense, from 1. */
  | 'number'
  /** A page's content has its hash. */
  | 'hash'
  /** A page names the hash of the one before it. */
  | 'chain'
  | 'log time'
  | 'credited'
  | 'charged'
  | 'balance'
  | 'crossings'
  | 'settings'
  | 'cuts'
  /** The state of automatic top-up follows from settings, entries and balance: on and below the threshold is never idle. */
  | 'top-up'
  /** A charge's quantities and version give its credits again. */
  | 'price'
  /** The version was the one in force at the charge's time, or prices it alike. */
  | 'rate card'
  /** A re-rating gives back what its charge had cost minus what it costs by its version. */
  | 're-rating'
  /** An identity stands in one place of one log. */
  | 'identity'
  /** An entry was written under the coverage rule. */
  | 'coverage'
  /** A marker names a page that there is. */
  | 'marker'
  | 'snapshot'
  | 'cursor'
  /** The archive has every page that was followed, as it is, and none that the log lacks. */
  | 'archive'
  /** The log holds the page that a checkpoint names. */
  | 'checkpoint'

/** A broken rule, with its place. */
export interface Finding {
  readonly check: Check
  /** Place in the page, from 0; absent where it concerns the page. */
  readonly entry?: number
  readonly expected: string
  readonly found: string
}

/** A finding and where it was made. */
export interface Violation extends Finding {
  readonly account: string
  /** Absent where it concerns the account. */
  readonly page?: number | undefined
}
