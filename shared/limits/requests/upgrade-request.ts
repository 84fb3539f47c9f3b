import type { Grant, UpgradeDecisionEntry, UpgradeRequest } from '../../ledger/entries/limits.ts'

/** A request as the fold of the log has it. */
export interface RequestState extends UpgradeRequest {
  /** `undefined`: not decided yet. */
  readonly granted: Grant | undefined
  /** The Idempotency-Key of the decision: who decides many at once, and again after a lost answer, knows its own by it. */
  readonly decidedBy: string | undefined
}

/** Open: undecided, and its window has not ended. @param day today, where the account is */
export const isOpen = ({ granted, window }: RequestState, day: string): boolean =>
  granted === undefined && day < window.to

/** The open request of a user for a category; at most one. @param day today, where the account is */
export const openRequest = (
  requests: readonly RequestState[],
  { user, category }: { readonly user: string; readonly category: string | undefined },
  day: string,
): RequestState | undefined =>
  requests.find((one) => one.user === user && one.category === category && isOpen(one, day))

export const requestStates = ['open', 'decided', 'expired'] as const
export type RequestStateName = (typeof requestStates)[number]

/** A request with its outcome. */
export interface JudgedRequest {
  readonly request: UpgradeRequest
  readonly granted: Grant | undefined
  /** Who decided, when and with which word, where that was looked up. */
  readonly decision?: UpgradeDecisionEntry | undefined
}

export const stateOf = ({ request, granted }: JudgedRequest, day: string): RequestStateName => {
  if (granted !== undefined) return 'decided'
  return isOpen({ ...request, granted, decidedBy: undefined }, day) ? 'open' : 'expired'
}
