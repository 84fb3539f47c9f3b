import type { Instant } from '../../../time/instant.ts'
import type { Claim, SeenRange } from '../../coverage/coverage-rule.ts'
import { type Entry, entryDifference, identityOf } from '../../entries/entries.ts'
import type { Identity } from '../../entries/identity.ts'
import type { Page } from '../../page/page.ts'
import type { Archive } from '../archive/page-archive.ts'
import type { LogTable } from '../log-table.ts'
import type { Marker, MarkersTable } from '../markers-table.ts'

/** An entry that is to be written. `R`: the reason why it may be refused. */
export interface Proposal<R> {
  readonly identity: Identity
  /** The time in an account-bound id; `undefined`: the identity takes a marker. */
  readonly boundAt: Instant | undefined
  /** The fields in which it differs from the entry with its identity; none: a replay. */
  readonly differenceFrom: (entry: Entry) => readonly string[]
  /** An entry that must not stand in the log before this one. The caller has looked up to page `lookedUpTo`; the commit looks at later pages. */
  readonly unless?: { readonly identity: Identity; readonly lookedUpTo: number } | undefined
  /**
   * The entry, once it is known that none has this identity; or why there can't be one.
   *
   * @param head the page that the entry's own would follow
   */
  readonly settle: (head: Page) => Promise<SettledProposal<R>> | SettledProposal<R>
  /**
   * What `settle` says holds for that head alone: it is asked again whenever another page stands there, and the entry gets a
   * page of its own, so that nothing beside it makes its reason wrong.
   */
  readonly dependsOnHead?: boolean
}

export type SettledProposal<R> =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'refused'; readonly refusal: R }

/** The outcome of a proposal. `position` counts from 0 within the page. */
export type Outcome<R> =
  | { readonly kind: 'committed'; readonly entry: Entry; readonly page: Page; readonly position: number }
  /** The log already had the entry; nothing changed. */
  | { readonly kind: 'replayed'; readonly entry: Entry; readonly page: Page; readonly position: number }
  /** Same identity, other fields, or another account, or what it must not come after stands there: never written. */
  | { readonly kind: 'conflict'; readonly differs: readonly string[] }
  | { readonly kind: 'refused'; readonly refusal: R }
  /** Time ran out before it was written or refused: try again. */
  | { readonly kind: 'not-committed'; readonly cause: unknown }
  /** The account has no log. */
  | { readonly kind: 'no-account' }

/** Proposes an entry, written once for its identity. @param more where it is not written as it stands, whatever the head */
export const proposalOf = <R = never>(account: string, entry: Entry, more: Partial<Proposal<R>> = {}): Proposal<R> => ({
  identity: identityOf(entry, account),
  boundAt: entry.kind === 'charge' ? entry.boundAt : undefined,
  differenceFrom: (standing) => entryDifference(entry, standing),
  settle: () => ({ kind: 'entry', entry }),
  ...more,
})

/** Proposes an entry that a head may refuse. @param refusalAt why it can't follow a head; `undefined`: it can */
export const proposalOnHead = <R>(
  account: string,
  entry: Entry,
  refusalAt: (head: Page) => Promise<R | undefined> | R | undefined,
  more: Partial<Proposal<R>> = {},
): Proposal<R> =>
  proposalOf(account, entry, {
    dependsOnHead: true,
    settle: async (head) => {
      const refusal = await refusalAt(head)
      return refusal === undefined ? { kind: 'entry', entry } : { kind: 'refused', refusal }
    },
    ...more,
  })

/** A proposal on its way into the log, with what the search has found so far. */
export interface Pending<R> extends Claim {
  readonly place: number
  readonly proposal: Proposal<R>
  marker: Marker | undefined
  markerSeq: number | undefined
  /** Pages that an index of ids proves to be without it. */
  indexed: SeenRange | undefined
  entry: Entry | undefined
  /** The head that the entry was settled for. */
  settledFor: Page | undefined
}

/** A proposal before any search. */
export const pendingOf = <R>(proposal: Proposal<R>, place: number): Pending<R> => ({
  place,
  proposal,
  boundAt: proposal.boundAt,
  marker: undefined,
  markerSeq: undefined,
  indexed: undefined,
  entry: undefined,
  settledFor: undefined,
})

/** One whose entry is known. */
export type Settled<R> = Pending<R> & { readonly entry: Entry }

/** Whether its entry is known. */
export const isSettled = <R>(one: Pending<R>): one is Settled<R> => one.entry !== undefined

/** The tables and clients of a commit; time, randomness and waiting are arguments. */
export interface CommitPorts {
  readonly log: LogTable
  readonly markers: MarkersTable
  /** Only for its indexes of ids. Where it does not answer, the log is read. */
  readonly archive: Archive
  readonly now: () => Instant
  /** Eight random bytes, hex. */
  readonly nonce: () => string
  /** From 0 to below 1. */
  readonly random: () => number
  readonly wait: (milliseconds: number) => Promise<void>
}

/** Time is over: uncommitted messages go back to their queue. */
export class OutOfTime extends Error {
  constructor() {
    super('no time left to commit')
  }
}

/** Time kept back to give messages back: no new attempt begins later. */
const RESERVE_MS = 2000

/** Whether there is time for one more attempt. */
export const hasTime = (remainingMs: () => number): boolean => remainingMs() >= RESERVE_MS

/** @throws OutOfTime */
export function assertTime(remainingMs: () => number): void {
  if (!hasTime(remainingMs)) throw new OutOfTime()
}
