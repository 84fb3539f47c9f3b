import { epochOf } from '../../../ledger/page/page.ts'
import { type Credits, minus, noCredits, plus } from '../../../money/amounts.ts'
import type { Instant } from '../../../time/instant.ts'
import { type AccessDecision, decideAccess, refusedOutright } from '../../decide/decide-access.ts'
import type { Limit } from '../../decide/limits-on.ts'
import { freedBy, type Gate, heldOf, isFull } from '../../gates/gate.ts'
import { gateKey } from '../../gates/gates-of.ts'
import type { ReservationWish } from '../../gates/reservation.ts'
import type { GatesAtHead } from './look-at-gates.ts'

/** A decision about a reservation, with its page. */
export interface JudgedReservation {
  readonly decision: AccessDecision
  /** The page, and when that was known to be the newest; `undefined`: there is no log. */
  readonly at:
    | { readonly seq: number; readonly epoch: number; readonly readAt: Instant; readonly timeZone: string }
    | undefined
  /** The holds of others at the deciding limit. */
  readonly held: Credits
  /** Whether reservations hold something of what decides: a limit, or a balance where the account wants it. */
  readonly isHeld: boolean
  /** Whether reservations hold a part of the balance; `undefined`: it was refused before the settings were read. */
  readonly isBalanceHeld: boolean | undefined
  /** When at the latest enough holds have expired that it fits. */
  readonly roomAt: Instant | undefined
}

/** Decides at one page of the log, by the spend and the holds of others there. */
export function judgeReservation(
  { fold, gates }: GatesAtHead,
  wish: ReservationWish & { readonly id: string; readonly isPriced: boolean },
): JudgedReservation {
  const { holdsBalance } = fold.fold.limits().settings
  const gateOf = (limit: Limit | undefined): Gate => {
    const key = gateKey(wish.account, limit?.scope ?? { of: 'account' })
    const gate = gates.find((one) => one.key === key)
    if (gate === undefined) throw new Error(`a gate of ${wish.account} was not read: ${limit?.scope.of ?? 'account'}`)
    return gate.folded
  }
  const held = (limit: Limit | undefined): Credits =>
    limit === undefined && !holdsBalance ? noCredits : heldOf(gateOf(limit), limit?.selector, wish.id)
  const epoch = epochOf(fold.fold.head()?.header ?? { cuts: [] })
  const at = { seq: fold.fold.seq(), epoch, readAt: fold.readAt, timeZone: fold.fold.timeZone }
  const judged = { at, isBalanceHeld: holdsBalance, ...nothingHeld }
  if (gates.some(({ folded }) => isFull(folded, wish.id)))
    return { ...judged, decision: refusedOutright('too-many-reservations') }

  const standing = fold.standing(held)
  const decision = decideAccess(standing, { ...wish, estimate: wish.credits, day: fold.day })
  if (decision.kind !== 'decided') return { ...judged, decision }
  const { by, refusal } = decision
  const decided = { ...judged, decision, held: held(by), isHeld: by !== undefined || holdsBalance }
  if (refusal !== 'in-flight') return decided
  const unheld = by === undefined ? standing.balance : minus(by.limit, by.spent)
  const missing = minus(plus(decided.held, wish.credits), unheld)
  return { ...decided, roomAt: freedBy(gateOf(by), by?.selector, wish.id, missing) }
}

const nothingHeld = { held: noCredits, isHeld: false, roomAt: undefined }

/** A refusal without a log to decide by. */
export const refusedWithoutLog = (reason: 'unknown-account' | 'account-stopped'): JudgedReservation => ({
  decision: refusedOutright(reason),
  ...nothingHeld,
  at: undefined,
  isBalanceHeld: undefined,
})

export const isRefused = ({ decision }: JudgedReservation): boolean =>
  decision.kind !== 'decided' || decision.refusal !== undefined

/** Whether it would fit if less was held; every other refusal stands by the log alone. */
export const isRefusedByHolds = ({ decision }: JudgedReservation): boolean =>
  decision.kind === 'decided' ? decision.refusal === 'in-flight' : decision.reason === 'too-many-reservations'
