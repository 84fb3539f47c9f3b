import type { TopUpState } from '../../ledger/tally/top-up-state.ts'
import { type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import type { Limit } from './limits-on.ts'

/** A limit as it stands for one request. Amounts in credits. */
export interface AppliedLimit extends Limit {
  /** The spend in this window, by the log. */
  readonly spent: Credits
  /** The amount that open reservations hold. */
  readonly held: Credits
}

interface RoomQuestion {
  readonly balance: Credits
  /** The part of the balance that open reservations hold. */
  readonly held: Credits
  readonly topUp: TopUpState['kind']
  readonly limits: readonly AppliedLimit[]
  /** Its cost, if known. */
  readonly estimate: Credits | undefined
}

/**
 * Why there is no room: `limit-reached`: nothing is left until the window ends; `estimate-too-large`: something is left, but less than
 * this costs; `in-flight`: it fits as soon as reservations end that hold the rest; `top-up-on-the-way`: credits are being bought;
 * `no-balance`: there are none, and none are being bought.
 */
export const refusals = ['limit-reached', 'estimate-too-large', 'in-flight', 'top-up-on-the-way', 'no-balance'] as const
export type Refusal = (typeof refusals)[number]

/** The smallest room, and its limit. */
export interface Room {
  /** `undefined`: there is room. */
  readonly refusal: Refusal | undefined
  /** The limit with the least left; `undefined`: the balance has the least. */
  readonly by: AppliedLimit | undefined
  /** The room there; never below zero. */
  readonly remaining: Credits
  /** The day on which the windows of all limits without room have ended; `undefined`: waiting does not help. */
  readonly roomOn: string | undefined
}

/**
 * Whether every limit, and the balance, has room for an estimate; names the tightest of them, also where there is room.
 *
 * Without an estimate, the room must be above zero. Usage that has happened is always charged, and may exceed a limit.
 *
 * @see mission, "The access check"
 */
export function findRoom({ balance, held, topUp, limits, estimate }: RoomQuestion): Room {
  const places = [
    ...limits.map((by) => placeOf(by, by.limit, by.spent, by.held)),
    placeOf(undefined, balance, noCredits, held),
  ]
  // A place that has no room even without holds decides before one that only waits for them.
  const hopeless = places.filter(({ leftUnheld }) => !fits(estimate, leftUnheld))
  const tightest = (hopeless.length > 0 ? hopeless : places).reduce((least, place) =>
    place.left.lt(least.left) ? place : least,
  )
  return {
    refusal: refusalOf(tightest, estimate, topUp),
    by: tightest.by,
    remaining: tightest.left.lt(0) ? noCredits : tightest.left,
    roomOn: roomOn(hopeless),
  }
}

/** A balance, and a limit of nothing, have no next window. */
function roomOn(hopeless: readonly Place[]): string | undefined {
  const ends = hopeless.flatMap(({ by }) => (by === undefined || by.limit.isZero() ? [] : [by.window.to]))
  return ends.length < hopeless.length ? undefined : ends.toSorted().at(-1)
}

interface Place {
  readonly by: AppliedLimit | undefined
  /** The amount to add to what is spent and held. */
  readonly left: Credits
  /** The room if every reservation ended without a charge. */
  readonly leftUnheld: Credits
}

function placeOf(by: AppliedLimit | undefined, limit: Credits, spent: Credits, held: Credits): Place {
  return { by, leftUnheld: minus(limit, spent), left: minus(limit, plus(spent, held)) }
}

function refusalOf(
  { by, left, leftUnheld }: Place,
  estimate: Credits | undefined,
  topUp: TopUpState['kind'],
): Refusal | undefined {
  if (fits(estimate, left)) return undefined
  if (fits(estimate, leftUnheld)) return 'in-flight'
  if (by === undefined && topUp === 'open') return 'top-up-on-the-way'
  if (leftUnheld.gt(0)) return 'estimate-too-large'
  return by === undefined ? 'no-balance' : 'limit-reached'
}

const fits = (estimate: Credits | undefined, left: Credits): boolean =>
  left.gt(0) && (estimate === undefined || estimate.lte(left))
