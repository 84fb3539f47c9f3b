import type { TopUpState } from '../../ledger/tally/top-up-state.ts'
import { type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import type { Window } from '../../time/window.ts'

/** What a limit is of. `tier`: of one user, as the user's tier has it for a category. */
export type LimitSource =
  | { readonly kind: 'tier'; readonly tier: string; readonly user: string; readonly category: string }
  | {
      readonly kind: 'ceiling'
      readonly ceiling: string
      readonly of: 'user' | 'group' | 'account'
      readonly category: string | undefined
      readonly service: string | undefined
    }

/** A limit as it stands for one request. Amounts in credits. */
export interface AppliedLimit {
  readonly source: LimitSource
  readonly window: Window
  readonly limit: Credits
  /** What the log has in this window. */
  readonly spent: Credits
  /** What open reservations hold. */
  readonly held: Credits
}

export interface AccessQuestion {
  readonly balance: Credits
  /** Of the account's whole balance, what open reservations hold. */
  readonly held: Credits
  readonly topUp: TopUpState['kind']
  readonly limits: readonly AppliedLimit[]
  /** What it will cost, if somebody knows. */
  readonly estimate: Credits | undefined
}

/**
 * Why not: `limit-reached`: nothing is left until the window ends; `estimate-too-large`: something is left, but less than this costs;
 * `in-flight`: it fits as soon as reservations end that hold the rest; `top-up-on-the-way`: credits are being bought;
 * `no-balance`: there are none, and nobody buys any.
 */
export const refusals = ['limit-reached', 'estimate-too-large', 'in-flight', 'top-up-on-the-way', 'no-balance'] as const
export type Refusal = (typeof refusals)[number]

export interface AccessDecision {
  /** `undefined`: it may. */
  readonly refusal: Refusal | undefined
  /** What decided: the limit with the least left; `undefined`: the balance, or nothing at all. */
  readonly by: AppliedLimit | undefined
  /** What is left where it decides; never below zero. */
  readonly remaining: Credits
  /** The day on which windows have begun anew of all limits that have no room, not of the named one alone; `undefined`: waiting helps nothing. */
  readonly roomOn: string | undefined
}

/**
 * Whether something may be spent now: where every limit, and the balance, has room for it (mission, "The access check"). The tightest
 * one is named, also where it may.
 *
 * Without an estimate there has to be something left; what was spent already is charged in any case, and may have gone beyond.
 */
export function decideAccess({ balance, held, topUp, limits, estimate }: AccessQuestion): AccessDecision {
  const rooms = [
    ...limits.map((by) => roomOf(by, by.limit, by.spent, by.held)),
    roomOf(undefined, balance, noCredits, held),
  ]
  // What waiting does not help decides before what it does.
  const hopeless = rooms.filter(({ leftUnheld }) => !fits(estimate, leftUnheld))
  const tightest = (hopeless.length > 0 ? hopeless : rooms).reduce((least, room) =>
    room.left.lt(least.left) ? room : least,
  )
  return {
    refusal: refusalOf(tightest, estimate, topUp),
    by: tightest.by,
    remaining: tightest.left.lt(0) ? noCredits : tightest.left,
    roomOn: roomOn(hopeless),
  }
}

/** A balance, and a limit of nothing, have no next window. */
function roomOn(hopeless: readonly Room[]): string | undefined {
  const ends = hopeless.flatMap(({ by }) => (by === undefined || by.limit.isZero() ? [] : [by.window.to]))
  return ends.length < hopeless.length ? undefined : ends.toSorted().at(-1)
}

interface Room {
  readonly by: AppliedLimit | undefined
  /** Beside what is spent and what is held. */
  readonly left: Credits
  /** Beside what is spent: what there is when every reservation ends without a charge. */
  readonly leftUnheld: Credits
}

function roomOf(by: AppliedLimit | undefined, limit: Credits, spent: Credits, held: Credits): Room {
  const leftUnheld = minus(limit, spent)
  return { by, leftUnheld, left: minus(limit, plus(spent, held)) }
}

function refusalOf(
  { by, left, leftUnheld }: Room,
  estimate: Credits | undefined,
  topUp: TopUpState['kind'],
): Refusal | undefined {
  if (fits(estimate, left)) return undefined
  if (fits(estimate, leftUnheld)) return 'in-flight'
  if (by === undefined)
    return topUp === 'open' ? 'top-up-on-the-way' : leftUnheld.lte(0) ? 'no-balance' : 'estimate-too-large'
  return leftUnheld.lte(0) ? 'limit-reached' : 'estimate-too-large'
}

const fits = (estimate: Credits | undefined, left: Credits): boolean =>
  left.gt(0) && (estimate === undefined || estimate.lte(left))
