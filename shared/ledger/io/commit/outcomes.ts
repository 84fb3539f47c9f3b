import type { Instant } from '../../../time/instant.ts'
import type { Entry } from '../../entries/entries.ts'
import type { Identity } from '../../entries/identity.ts'
import type { Page } from '../../page/page.ts'

/** What wants to become an entry of a log. `R`: why it may turn out that it can't. */
export interface Proposal<R> {
  readonly identity: Identity
  /** The time in an account-bound id; `undefined`: the identity takes a marker. */
  readonly boundAt: Instant | undefined
  /** The fields in which it differs from the entry with its identity; none: a replay. */
  readonly differenceFrom: (entry: Entry) => readonly string[]
  /** An entry that must not stand in the log before this one. Up to page `lookedUpTo` the caller has looked; the commit looks at every page after it. */
  readonly unless?: { readonly identity: Identity; readonly lookedUpTo: number }
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
  readonly dependsOnHead?: true
}

export type SettledProposal<R> =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'refused'; readonly refusal: R }

/** What became of a proposal. `position` counts from 0 within the page. */
export type Outcome<R> =
  | { readonly kind: 'committed'; readonly entry: Entry; readonly page: Page; readonly position: number }
  /** The entry was there already; this changed nothing. */
  | { readonly kind: 'replayed'; readonly entry: Entry; readonly page: Page; readonly position: number }
  /** Same identity, other fields, or another account, or what it must not come after stands there: never written. */
  | { readonly kind: 'conflict'; readonly differs: readonly string[] }
  | { readonly kind: 'refused'; readonly refusal: R }
  /** Neither written nor refused in the time there was: try again. */
  | { readonly kind: 'not-committed'; readonly cause: unknown }
  /** The account has no log. */
  | { readonly kind: 'no-account' }
