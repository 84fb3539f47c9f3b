import type { Claim, SeenRange } from '../../coverage/coverage.ts'
import type { Entry } from '../../entries/entries.ts'
import type { Page } from '../../page/page.ts'
import type { Marker } from '../markers-table.ts'
import type { Proposal } from './outcomes.ts'

/** One proposal on its way into the log, and what is known of it by now. */
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

export const isSettled = <R>(one: Pending<R>): one is Settled<R> => one.entry !== undefined
