import { BrokenChain } from '../../shared/account-log/errors.ts'
import {
  freedBy,
  type Gate,
  type Hold,
  heldOf,
  holdIn,
  isFull,
  releaseHold,
  takeHold,
} from '../../shared/limits/gate.ts'
import { gateKey, reservationId } from '../../shared/limits/gate-key.ts'
import { judgeUse, type Reason } from '../../shared/limits/judge-use.ts'
import type { Limit, LimitScope } from '../../shared/limits/limits-on.ts'
import { isSameWish, type Reservation } from '../../shared/limits/reservation.ts'
import { type Credits, minus, noCredits, plus } from '../../shared/money/amounts.ts'
import type { Tools } from '../../shared/runtime/lambda.ts'
import { assertTime, OutOfTime } from '../../shared/store/commit-ports.ts'
import { putGate, putReservation, readReservation } from '../../shared/store/gates-table.ts'
import { type Instant, SECOND_MS } from '../../shared/time/instant.ts'
import { categories } from '../../shared/usage/meters.ts'
import { hasPrice } from './check-access.ts'
import { type GatesAtHead, lookAtGates, type StoredGates } from './look-at-gates.ts'
import { changeGate, waitAfterLoss } from './reservation-gates.ts'
import type { Services } from './services.ts'
import type { Decided } from './verdict-shape.ts'

/** What somebody asks to hold. */
export interface ReservationRequest {
  readonly account: string
  readonly user: string
  readonly group: string | undefined
  readonly model: string | undefined
  readonly category: string
  readonly credits: Credits
  readonly expiresInSeconds: number
  readonly idempotencyKey: string
}

/** What a reservation was decided on. */
export interface Judged {
  readonly verdict: Decided
  /** The page, and when that was known to be the newest; `undefined`: there is no log. */
  readonly at: { readonly seq: number; readonly readAt: Instant; readonly timeZone: string } | undefined
  /** What others hold where it decides. */
  readonly held: Credits
  /** When at the latest so many holds have expired that it fits. */
  readonly roomAt: Instant | undefined
}

export type Reserved =
  | { readonly kind: 'reserved'; readonly reservation: Reservation; readonly judged: Judged }
  /** By an earlier attempt; what that was decided on is gone. */
  | { readonly kind: 'reserved-before'; readonly reservation: Reservation }
  | { readonly kind: 'refused'; readonly judged: Judged }
  /** The key has reserved something else before. */
  | { readonly kind: 'other-wish' }

/** A fold so young need not be asked again by who lost a race for a gate: what it has not seen is still held. */
const REUSED_MS = 1000

type Setting = {
  readonly services: Pick<Services, 'folds' | 'gates' | 'log' | 'catalogue'>
  readonly tools: Pick<Tools, 'now' | 'remainingMs' | 'logger'>
}

/**
 * Reserves: holds an amount in every gate that its use goes through, user, group, account, or in none.
 *
 * Its id comes from the Idempotency-Key, so that after any crash the same request finds what it holds already and goes on. What a
 * crash leaves without anybody asking again is held until it expires.
 *
 * @throws OutOfTime when others won every race for a gate; what was taken is given back
 */
export async function reserve(request: ReservationRequest, { services, tools }: Setting): Promise<Reserved> {
  const { account, user, group, category, model, credits, idempotencyKey } = request
  const id = reservationId(account, idempotencyKey)
  const isPriced = await hasPrice(services.catalogue, model, tools.now())
  const wish = { account, user, group, category, service: model, credits }
  const expiresAt = tools.now() + request.expiresInSeconds * SECOND_MS
  try {
    return await takeHolds({ ...wish, id, expiresAt, isPriced }, { services, tools })
  } catch (error) {
    if (!(error instanceof BrokenChain)) throw error
    tools.logger.error('an account was stopped', error)
    return { kind: 'refused', judged: unjudged('account-stopped', undefined) }
  }
}

interface Wish
  extends Pick<Reservation, 'id' | 'account' | 'user' | 'group' | 'category' | 'service' | 'credits' | 'expiresAt'> {
  readonly isPriced: boolean
}

/** One conditional put a gate; whoever loses one decides again by what stands there then. */
async function takeHolds(wish: Wish, { services, tools }: Setting): Promise<Reserved> {
  const taken = new Map<string, LimitScope>()
  const uses = [{ category: wish.category, service: wish.service }]
  let known: StoredGates = new Map()
  let isFresh = true
  try {
    for (let losses = 0; ; ) {
      if (isFresh) known = new Map()
      const look = { now: tools.now, maxAgeMs: isFresh ? 0 : REUSED_MS }
      const seen = await lookAtGates(services, { ...wish, uses }, known, look)
      if (seen === undefined) return { kind: 'refused', judged: unjudged('unknown-account', undefined) }
      // Read after the gates: what another attempt of this request was granted meanwhile may have ended already, and holds no more.
      const standing = await readReservation(services.gates, wish.id)
      if (standing !== undefined) return await answerBefore(standing.value, wish, taken.keys(), { services, tools })
      const judged = judge(seen, wish)
      if (isRefused(judged)) {
        // What others ended meanwhile may make room: a no is said by what stands now.
        if (!isFresh) {
          isFresh = true
          continue
        }
        // An earlier attempt that crashed may have taken some too.
        const held = [...known].flatMap(([key, { value }]) => (holdIn(value, wish.id) === undefined ? [] : [key]))
        await giveBack(wish, new Set([...taken.keys(), ...held]), { services, tools })
        return { kind: 'refused', judged }
      }
      isFresh = false
      if (await takeEach(wish, seen, { known, taken }, { services, tools })) {
        const { isPriced: _, ...rest } = wish
        const takenAt = seen.fold.fold.seq()
        const reservation: Reservation = { ...rest, takenAt, scopes: [...taken.values()], state: { kind: 'open' } }
        const put = await putReservation(services.gates, 0, reservation)
        if (put.kind === 'lost') return await answerBefore(put.standing.value, wish, taken.keys(), { services, tools })
        return { kind: 'reserved', reservation, judged }
      }
      losses += 1
      assertTime(tools.remainingMs)
      await waitAfterLoss(services.gates, losses)
    }
  } catch (error) {
    if (error instanceof OutOfTime) await giveBack(wish, taken.keys(), { services, tools })
    throw error
  }
}

/** @returns whether all are taken now; else one was changed meanwhile, and is known as it stands */
async function takeEach(
  wish: Wish,
  { fold, gates }: GatesAtHead,
  { known, taken }: { readonly known: StoredGates; readonly taken: Map<string, LimitScope> },
  { services, tools }: Setting,
): Promise<boolean> {
  const { id, credits, expiresAt, service } = wish
  const category = categories.find((one) => one === wish.category)
  const hold: Hold = { id, credits, expiresAt, category, service, takenAt: fold.fold.seq() }
  for (const { key, scope, version, folded } of gates) {
    if (taken.has(key)) continue
    const put = await putGate(services.gates, key, version, takeHold(folded, hold), tools.now())
    known.set(key, put.kind === 'put' ? put.stored : put.standing)
    if (put.kind === 'lost') return false
    taken.set(key, scope)
  }
  return true
}

/** Another attempt has reserved: what this one took beside that is given back. */
async function answerBefore(
  reservation: Reservation,
  wish: Wish,
  taken: Iterable<string>,
  setting: Setting,
): Promise<Reserved> {
  const held = new Set(reservation.scopes.map((scope) => gateKey(reservation.account, scope)))
  await giveBack(
    wish,
    [...taken].filter((key) => !held.has(key)),
    setting,
  )
  return isSameWish(reservation, wish) ? { kind: 'reserved-before', reservation } : { kind: 'other-wish' }
}

async function giveBack({ id }: Wish, keys: Iterable<string>, { services, tools }: Setting): Promise<void> {
  for (const key of keys) await changeGate(services.gates, key, (gate) => releaseHold(gate, id), tools)
}

/** Decides at one page of the log: what is spent there, and what others hold there. */
function judge({ fold, gates }: GatesAtHead, wish: Wish): Judged {
  const { holdsBalance } = fold.fold.limits().settings
  const gateOf = (limit: Limit | undefined): Gate => {
    const key = gateKey(wish.account, limit?.scope ?? { of: 'account' })
    const gate = gates.find((one) => one.key === key)
    if (gate === undefined) throw new Error(`the gate ${key} was not read`)
    return gate.folded
  }
  const held = (limit: Limit | undefined): Credits =>
    limit === undefined && !holdsBalance ? noCredits : heldOf(gateOf(limit), limit?.selector, wish.id)
  const at = { seq: fold.fold.seq(), readAt: fold.readAt, timeZone: fold.fold.timeZone }
  if (gates.some(({ folded }) => isFull(folded, wish.id))) return unjudged('too-many-reservations', at)

  const standing = fold.standing(held)
  const verdict = judgeUse(standing, { ...wish, estimate: wish.credits, day: fold.day })
  if (verdict.kind !== 'decided') return { verdict, at, held: noCredits, roomAt: undefined }
  const { by, limit, refusal } = verdict
  const heldThere = held(limit)
  if (refusal !== 'in-flight') return { verdict, at, held: heldThere, roomAt: undefined }
  const unheld = by === undefined ? standing.balance : minus(by.limit, by.spent)
  const wanted = minus(plus(heldThere, wish.credits), unheld)
  return { verdict, at, held: heldThere, roomAt: freedBy(gateOf(limit), limit?.selector, wish.id, wanted) }
}

const isRefused = ({ verdict }: Judged): boolean => verdict.kind !== 'decided' || verdict.refusal !== undefined

const unjudged = (reason: Reason, at: Judged['at']): Judged => ({
  verdict: { kind: 'unjudged', reason },
  ...{ at, held: noCredits, roomAt: undefined },
})
