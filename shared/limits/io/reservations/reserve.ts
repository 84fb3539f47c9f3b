import type { Tools } from '../../../aws/lambda.ts'
import { BrokenChain } from '../../../ledger/errors.ts'
import { assertTime, OutOfTime } from '../../../ledger/io/commit/commit-ports.ts'
import type { LogTable } from '../../../ledger/io/log-table.ts'
import { epochOf } from '../../../ledger/page/epoch.ts'
import { type Credits, minus, noCredits, plus } from '../../../money/amounts.ts'
import type { WarmCatalogue } from '../../../pricing/io/warm-catalogue.ts'
import { type Instant, SECOND_MS } from '../../../time/instant.ts'
import { categories } from '../../../usage/meters.ts'
import { type Decided, judgeUse, type Reason } from '../../decide/judge-use.ts'
import type { Limit } from '../../decide/limits-on.ts'
import { freedBy, type Gate, type Hold, heldOf, holdIn, isFull, releaseHold, takeHold } from '../../gates/gate.ts'
import { gateKey, reservationId } from '../../gates/gates-of.ts'
import { isSameWish, type Reservation } from '../../gates/reservation.ts'
import { hasPrice } from '../check-access.ts'
import { putGate, putReservation, readReservation } from '../gates-table.ts'
import type { WarmFolds } from '../warm-folds.ts'
import { type GatesAtHead, lookAtGates, type StoredGates } from './look-at-gates.ts'
import { changeGate, type ReservationGates, waitAfterLoss } from './reservation-gates.ts'
import { giveBack, giveBackIfPossible, hasOwn, leaveTo, type TakenHold, type TakenHolds } from './taken-holds.ts'

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
  /** Who asks: keys are his own. */
  readonly subject: string
}

/** What a reservation was decided on. */
export interface Judged {
  readonly verdict: Decided
  /** The page, and when that was known to be the newest; `undefined`: there is no log. */
  readonly at:
    | { readonly seq: number; readonly epoch: number; readonly readAt: Instant; readonly timeZone: string }
    | undefined
  /** What others hold where it decides. */
  readonly held: Credits
  /** Reservations hold something of what decides: a limit, or a balance where the account wants it. */
  readonly isHeld: boolean
  /** Reservations hold a part of the balance; `undefined`: it was refused before the settings were looked at. */
  readonly isBalanceHeld: boolean | undefined
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
  readonly services: {
    readonly folds: WarmFolds
    readonly gates: ReservationGates
    readonly log: LogTable
    readonly catalogue: WarmCatalogue
  }
  readonly tools: Pick<Tools, 'now' | 'remainingMs' | 'logger'>
}

/**
 * Reserves: holds an amount in every gate that its use goes through, user, group, account, or in none.
 *
 * Its id comes from who asks and the Idempotency-Key, so that after any crash the same request finds what it holds already and goes on. What a
 * crash leaves without anybody asking again is held until it expires.
 *
 * @throws OutOfTime when others won every race for a gate, and what the store throws; what was taken is given back, unless the
 *   reservation may stand: the same request finds it then
 */
export async function reserve(request: ReservationRequest, { services, tools }: Setting): Promise<Reserved> {
  const { account, user, group, category, model, credits, idempotencyKey } = request
  const id = reservationId(account, request.subject, idempotencyKey)
  const isPriced = await hasPrice(services.catalogue, { account, model }, tools.now())
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

/** What an attempt knows, and has. */
interface Attempt {
  /** Gates as they were read; those that have to be read again are missing. */
  readonly known: StoredGates
  readonly taken: TakenHolds
  /** Of the request's record, as this attempt found it; another one since is another attempt's. */
  version: number | undefined
  /** Nothing that was read before this attempt is believed. */
  isFresh: boolean
  /** Its record was put, and nobody knows whether it stands: what it promises stays held. */
  mayBePromised: boolean
}

/**
 * One conditional put a gate; whoever loses one decides again by what stands there then.
 *
 * Those of one process that lost a gate wait in turn for it, so that only processes race.
 */
async function takeHolds(wish: Wish, setting: Setting): Promise<Reserved> {
  const { gates } = setting.services
  const attempt: Attempt = {
    known: new Map(),
    taken: new Map(),
    version: undefined,
    isFresh: true,
    mayBePromised: false,
  }
  try {
    const first = await attemptOnce(wish, attempt, setting)
    if (first.kind !== 'lost') return first
    return await gates.inTurn(first.key, async () => {
      for (let losses = 0; ; losses += 1) {
        if (losses > 0) await waitAfterLoss(gates, losses)
        const next = await attemptOnce(wish, attempt, setting)
        if (next.kind !== 'lost') return next
      }
    })
  } catch (error) {
    if (!attempt.mayBePromised) await giveBackIfPossible(wish.id, attempt.taken, { gates, tools: setting.tools })
    throw error
  }
}

async function attemptOnce(
  wish: Wish,
  attempt: Attempt,
  { services, tools }: Setting,
): Promise<Reserved | { readonly kind: 'lost'; readonly key: string }> {
  assertTime(tools.remainingMs)
  const { known, taken, isFresh } = attempt
  const giving = { gates: services.gates, tools }
  if (isFresh) known.clear()
  const uses = [{ category: wish.category, service: wish.service }]
  const look = { now: tools.now, maxAgeMs: isFresh ? 0 : REUSED_MS }
  const seen = await lookAtGates(services, { ...wish, uses }, known, look)
  if (seen === undefined) return { kind: 'refused', judged: unjudged('unknown-account', undefined) }
  // Asked after the gates were read: what another attempt of this request was granted meanwhile may have ended by now.
  const seq = seen.fold.fold.seq()
  const standing = await readReservation(services.gates, wish.id)
  // Another request of this process took pages in meanwhile: gates and spend would be of two of them.
  if (seen.fold.fold.seq() !== seq) return await attemptOnce(wish, attempt, { services, tools })
  if (standing !== undefined && isGranted(standing.value))
    return await reservedBefore(standing.value, wish, taken, giving)
  attempt.version ??= standing?.version ?? 0
  if (attempt.version !== (standing?.version ?? 0)) throw new OutOfTime()
  const judged = judge(seen, wish)
  attempt.isFresh = isRefused(judged)
  if (attempt.isFresh) {
    // What others ended meanwhile may make room: a no is said by what stands now.
    if (!isFresh) return await attemptOnce(wish, attempt, { services, tools })
    // And where holds decide, by gates that have looked at every page.
    const behind = isByHolds(judged) ? seen.gates.filter(({ folded }) => folded.seq < folded.head) : []
    if (behind.length > 0) {
      for (const { key, version, folded } of behind) await putGate(services.gates, key, version, folded, tools.now())
      return await attemptOnce(wish, attempt, { services, tools })
    }
    await giveBack(taken, giving)
    await giveBackForOthers(wish, attempt, { services, tools })
    return { kind: 'refused', judged }
  }
  const lost = await takeEach(wish, seen, attempt, { services, tools })
  if (lost !== undefined) return { kind: 'lost', key: lost }
  const { isPriced: _, ...rest } = wish
  const reservation: Reservation = {
    ...rest,
    takenAt: judged.at?.seq ?? 0,
    epoch: judged.at?.epoch ?? 0,
    scopes: [...taken.values()].map(({ scope }) => scope),
    state: { kind: 'open' },
  }
  attempt.mayBePromised = true
  const put = await putReservation(services.gates, attempt.version, reservation)
  attempt.mayBePromised = false
  if (put.kind === 'put') return { kind: 'reserved', reservation, judged }
  // Of another attempt: granted, or a fence before what was left is given back; none where it was forgotten since.
  if (put.standing === undefined || !isGranted(put.standing.value)) throw new OutOfTime()
  return await reservedBefore(put.standing.value, wish, taken, giving)
}

/** @returns the key of a gate that was changed meanwhile, and has to be read again; `undefined`: all are taken now */
async function takeEach(
  wish: Wish,
  { fold, gates }: GatesAtHead,
  { known, taken }: Attempt,
  { services, tools }: Setting,
): Promise<string | undefined> {
  const { id, credits, expiresAt, service } = wish
  const category = categories.find((one) => one === wish.category)
  const hold: Hold = { id, credits, expiresAt, category, service, takenAt: fold.fold.seq() }
  for (const { key, scope, version, folded } of gates) {
    if (taken.has(key)) continue
    const holding = takeHold(folded, hold)
    const own: TakenHold = { ...hold, ...holdIn(holding, id), scope }
    // Before its answer: where none comes, it may stand all the same.
    taken.set(key, own)
    const put = await putGate(services.gates, key, version, holding, tools.now())
    if (put.kind === 'put') known.set(key, put.stored)
    else if (hasOwn(put.standing.value, own)) known.set(key, put.standing)
    else {
      taken.delete(key)
      known.delete(key)
      return key
    }
  }
  return undefined
}

/** A record that holds nowhere says only that nothing was granted up to its version. */
const isGranted = ({ scopes }: Reservation): boolean => scopes.length > 0

/**
 * Gives back what an attempt that crashed has left of this request. It may stand still instead, and go on: a record that holds nowhere
 * comes first, in the place where it would put its own.
 *
 * @throws OutOfTime where another attempt was granted it meanwhile
 */
async function giveBackForOthers(
  { isPriced: _, ...wish }: Wish,
  { known, taken, version = 0 }: Attempt,
  { services, tools }: Setting,
): Promise<void> {
  const left = [...known].filter(([key, { value }]) => !taken.has(key) && holdIn(value, wish.id) !== undefined)
  if (left.length === 0) return
  const nothing: Reservation = { ...wish, takenAt: 0, epoch: 0, scopes: [], state: { kind: 'released' } }
  if ((await putReservation(services.gates, version, nothing)).kind === 'lost') throw new OutOfTime()
  for (const [key] of left) await changeGate(services.gates, key, (gate) => releaseHold(gate, wish.id), tools)
}

/** Another attempt of the same request has reserved: of what this one took nothing is left beside that. */
async function reservedBefore(
  reservation: Reservation,
  wish: Wish,
  taken: TakenHolds,
  giving: Parameters<typeof giveBack>[1],
): Promise<Reserved> {
  leaveTo(reservation, taken)
  await giveBack(taken, giving)
  return isSameWish(reservation, wish) ? { kind: 'reserved-before', reservation } : { kind: 'other-wish' }
}

/** Decides at one page of the log: what is spent there, and what others hold there. */
function judge({ fold, gates }: GatesAtHead, wish: Wish): Judged {
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
  const isBalanceHeld = holdsBalance
  if (gates.some(({ folded }) => isFull(folded, wish.id)))
    return { ...unjudged('too-many-reservations', at), isBalanceHeld }

  const standing = fold.standing(held)
  const verdict = judgeUse(standing, { ...wish, estimate: wish.credits, day: fold.day })
  if (verdict.kind !== 'decided') return { ...nothingHeld, verdict, at, isBalanceHeld }
  const { by, limit, refusal } = verdict
  const heldThere = held(limit)
  const isHeld = limit !== undefined || holdsBalance
  if (refusal !== 'in-flight') return { verdict, at, held: heldThere, isHeld, isBalanceHeld, roomAt: undefined }
  const unheld = by === undefined ? standing.balance : minus(by.limit, by.spent)
  const wanted = minus(plus(heldThere, wish.credits), unheld)
  const roomAt = freedBy(gateOf(limit), limit?.selector, wish.id, wanted)
  return { verdict, at, held: heldThere, isHeld, isBalanceHeld, roomAt }
}

const isRefused = ({ verdict }: Judged): boolean => verdict.kind !== 'decided' || verdict.refusal !== undefined

/** It would fit if less was held: whatever else refuses does so by the log alone. */
const isByHolds = ({ verdict }: Judged): boolean =>
  verdict.kind === 'decided' ? verdict.refusal === 'in-flight' : verdict.reason === 'too-many-reservations'

const nothingHeld = { held: noCredits, isHeld: false, roomAt: undefined }

const unjudged = (reason: Reason, at: Judged['at']): Judged => ({
  verdict: { kind: 'unjudged', reason },
  ...nothingHeld,
  at,
  isBalanceHeld: undefined,
})
