import type { Tools } from '../../../aws/lambda.ts'
import { BrokenChain } from '../../../ledger/errors.ts'
import { assertTime, OutOfTime } from '../../../ledger/io/commit/proposal.ts'
import type { WarmCatalogue } from '../../../pricing/io/warm-catalogue.ts'
import { SECOND_MS } from '../../../time/instant.ts'
import { categories } from '../../../usage/meters.ts'
import { type Hold, holdIn, releaseHold, takeHold } from '../../gates/gate.ts'
import { isSameWish, type Reservation, type ReservationWish, reservationId } from '../../gates/reservation.ts'
import { hasPrice, meantModel } from '../check-access.ts'
import { putGate, putReservation, readReservation, type Stored } from '../gates-table.ts'
import {
  isRefused,
  isRefusedByHolds,
  type JudgedReservation,
  judgeReservation,
  refusedWithoutLog,
} from './judge-reservation.ts'
import { type GatesAtHead, lookAtGates, type StoredGates } from './look-at-gates.ts'
import type { Asking } from './reservation-standing.ts'
import { hasOwn, type TakenHold, TakenHolds } from './taken-holds.ts'

/** A platform's request for a reservation. */
interface ReservationRequest extends ReservationWish {
  readonly expiresInSeconds: number
  readonly idempotencyKey: string
  /** Who asks: keys of two callers have nothing to do with each other. */
  readonly subject: string
}

export type Reserved =
  | { readonly kind: 'reserved'; readonly reservation: Reservation; readonly judged: JudgedReservation }
  /** An earlier attempt was granted; the facts of its decision are not stored. */
  | { readonly kind: 'reserved-before'; readonly reservation: Reservation }
  | {
      readonly kind: 'refused'
      readonly judged: JudgedReservation
      /** `; did you mean …?` where the model has no price; else `''`. */
      readonly modelMeant: string
    }
  /** The key has reserved something else before. */
  | { readonly kind: 'other-wish' }

type Services = Asking['services'] & { readonly catalogue: WarmCatalogue }

type Clock = Pick<Tools, 'now' | 'remainingMs' | 'logger'>

/**
 * Reserves: holds an amount in every gate that its use goes through (user, group, account), or in none.
 *
 * Its id comes from the caller and the Idempotency-Key: after any crash, the same request finds its holds and goes on. What a crash
 * leaves is held until it expires, unless the request is sent again.
 *
 * @throws OutOfTime when others won every race for a gate, and what the store throws; what was taken is given back, unless the
 *   reservation may stand: the same request finds it then
 */
export async function reserve(
  request: ReservationRequest,
  { services, tools }: { readonly services: Services; readonly tools: Clock },
): Promise<Reserved> {
  const { subject, idempotencyKey, expiresInSeconds, ...wish } = request
  const asked = { account: wish.account, model: wish.service }
  const isPriced = await hasPrice(services.catalogue, asked, tools.now())
  const id = reservationId(wish.account, subject, idempotencyKey)
  const expiresAt = tools.now() + expiresInSeconds * SECOND_MS
  const reserved = await new ReservationAttempt({ ...wish, id, expiresAt }, isPriced, services, tools).run()
  if (reserved.kind !== 'refused') return reserved
  const modelMeant = await meantModel(services.catalogue, asked, [reserved.judged.decision], tools.now())
  return { ...reserved, modelMeant }
}

/** A fold this young is not read again after a lost race for a gate: charges that it has not seen are still held. */
const REUSED_MS = 1000

type Attempted =
  | Exclude<Reserved, { readonly kind: 'refused' }>
  | { readonly kind: 'refused'; readonly judged: JudgedReservation }

type Step = Attempted | { readonly kind: 'again' } | { readonly kind: 'lost'; readonly key: string }

type IdentifiedWish = ReservationWish & Pick<Reservation, 'id' | 'expiresAt'>

const AGAIN = { kind: 'again' } as const

/**
 * One attempt to reserve: one conditional put a gate, in the order user, group, account, and then the record. After a lost put it
 * decides again by what stands there then.
 */
class ReservationAttempt {
  readonly #wish: IdentifiedWish
  readonly #isPriced: boolean
  readonly #services: Services
  readonly #tools: Clock
  /** The gates that were read; a gate to read again is missing. */
  readonly #known: StoredGates = new Map()
  readonly #taken: TakenHolds
  /** Of the request's record, as this attempt found it; another one since is another attempt's. */
  #version: number | undefined
  /** The next step believes nothing that was read before it. */
  #isFresh = true
  /** The record was put without an answer yet: its holds must stay. */
  #mayBePromised = false

  constructor(wish: IdentifiedWish, isPriced: boolean, services: Services, tools: Clock) {
    this.#wish = wish
    this.#isPriced = isPriced
    this.#services = services
    this.#tools = tools
    this.#taken = new TakenHolds(services.gates, tools)
  }

  /** Takes steps until it is decided; after a lost gate, in turn with the other requests of this process that lost it. */
  async run(): Promise<Attempted> {
    const { gates } = this.#services
    try {
      const first = await this.#untilDecidedOrLost()
      if (first.kind !== 'lost') return first
      return await gates.inTurn(first.key, async () => {
        for (let losses = 0; ; losses += 1) {
          if (losses > 0) await gates.waitAfterLoss(losses)
          const next = await this.#untilDecidedOrLost()
          if (next.kind !== 'lost') return next
        }
      })
    } catch (error) {
      if (!this.#mayBePromised) await this.#taken.giveBackIfPossible(this.#wish.id)
      if (!(error instanceof BrokenChain)) throw error
      this.#tools.logger.error('an account was stopped', error)
      return { kind: 'refused', judged: refusedWithoutLog('account-stopped') }
    }
  }

  async #untilDecidedOrLost(): Promise<Exclude<Step, { readonly kind: 'again' }>> {
    for (;;) {
      assertTime(this.#tools.remainingMs)
      const step = await this.#step()
      if (step.kind !== 'again') return step
    }
  }

  /** Looks at the gates and at the record, decides, and takes the holds. */
  async #step(): Promise<Step> {
    if (this.#isFresh) this.#known.clear()
    const { category, service } = this.#wish
    const wanted = { ...this.#wish, uses: [{ category, service }] }
    const look = { now: this.#tools.now, maxAgeMs: this.#isFresh ? 0 : REUSED_MS }
    const seen = await lookAtGates(this.#services, wanted, this.#known, look)
    if (seen === undefined) return { kind: 'refused', judged: refusedWithoutLog('unknown-account') }
    // Read after the gates: another attempt of this request may have been granted meanwhile, and its hold may have ended.
    const seq = seen.fold.fold.seq()
    const record = await readReservation(this.#services.gates.table, this.#wish.id)
    // Another request of this process took pages in meanwhile: gates and spend would be of two pages.
    if (seen.fold.fold.seq() !== seq) return AGAIN
    const granted = grantedIn(record)
    if (granted !== undefined) return await this.#reservedBefore(granted)
    this.#version ??= record?.version ?? 0
    if (this.#version !== (record?.version ?? 0)) throw new OutOfTime()

    const judged = judgeReservation(seen, { ...this.#wish, isPriced: this.#isPriced })
    if (isRefused(judged)) return await this.#refuse(seen, judged)
    this.#isFresh = false
    const lost = await this.#takeEach(seen)
    return lost === undefined ? await this.#promise(judged) : { kind: 'lost', key: lost }
  }

  /** Refuses, by what stands now; first it looks again where it decided by what it had read before, or by gates that are behind. */
  async #refuse({ gates }: GatesAtHead, judged: JudgedReservation): Promise<Step> {
    const wasFresh = this.#isFresh
    this.#isFresh = true
    if (!wasFresh) return AGAIN
    const behind = isRefusedByHolds(judged) ? gates.filter(({ folded }) => folded.seq < folded.head) : []
    for (const { key, version, folded } of behind)
      await putGate(this.#services.gates.table, key, version, folded, this.#tools.now())
    if (behind.length > 0) return AGAIN
    await this.#taken.giveBack()
    await this.#giveBackForOthers()
    return { kind: 'refused', judged }
  }

  /** @returns the key of a gate that was changed meanwhile, and has to be read again; `undefined`: all are taken now */
  async #takeEach({ fold, gates }: GatesAtHead): Promise<string | undefined> {
    const { id, credits, expiresAt, service } = this.#wish
    const category = categories.find((one) => one === this.#wish.category)
    const hold: Hold = { id, credits, expiresAt, category, service, takenAt: fold.fold.seq() }
    for (const { key, scope, version, folded } of gates) {
      if (this.#taken.has(key)) continue
      const holding = takeHold(folded, hold)
      const own: TakenHold = { ...hold, ...holdIn(holding, id), scope }
      // Set before the answer: without an answer, the record may still have been written.
      this.#taken.add(key, own)
      const put = await putGate(this.#services.gates.table, key, version, holding, this.#tools.now())
      if (put.kind === 'put') this.#known.set(key, put.stored)
      else if (hasOwn(put.standing.value, own)) this.#known.set(key, put.standing)
      else {
        this.#taken.drop(key)
        this.#known.delete(key)
        return key
      }
    }
    return undefined
  }

  /** Puts the record: from here on it is reserved. */
  async #promise(judged: JudgedReservation): Promise<Attempted> {
    const reservation: Reservation = {
      ...this.#wish,
      takenAt: judged.at?.seq ?? 0,
      epoch: judged.at?.epoch ?? 0,
      scopes: this.#taken.scopes(),
      state: { kind: 'open' },
    }
    this.#mayBePromised = true
    const put = await putReservation(this.#services.gates.table, this.#version ?? 0, reservation)
    this.#mayBePromised = false
    if (put.kind === 'put') return { kind: 'reserved', reservation, judged }
    // Another attempt's: granted, or a fence before what was left is given back; none where it was forgotten since.
    const granted = grantedIn(put.standing)
    if (granted === undefined) throw new OutOfTime()
    return await this.#reservedBefore(granted)
  }

  /**
   * Gives back what a crashed attempt of this request left. It may only stand still, and go on later: so a record that holds nowhere is
   * put first, in the place of the one that it would put.
   *
   * @throws OutOfTime where another attempt was granted it meanwhile
   */
  async #giveBackForOthers(): Promise<void> {
    const { gates } = this.#services
    const { id } = this.#wish
    const left = [...this.#known].filter(([key, { value }]) => !this.#taken.has(key) && holdIn(value, id) !== undefined)
    if (left.length === 0) return
    const fence: Reservation = { ...this.#wish, takenAt: 0, epoch: 0, scopes: [], state: { kind: 'released' } }
    if ((await putReservation(gates.table, this.#version ?? 0, fence)).kind === 'lost') throw new OutOfTime()
    for (const [key] of left) await gates.change(key, (gate) => releaseHold(gate, id), this.#tools)
  }

  /** Another attempt of the same request has reserved: gives back what this one took beside that. */
  async #reservedBefore(reservation: Reservation): Promise<Attempted> {
    this.#taken.leaveTo(reservation)
    await this.#taken.giveBack()
    return isSameWish(reservation, this.#wish) ? { kind: 'reserved-before', reservation } : { kind: 'other-wish' }
  }
}

/** What a record promises. One that holds nowhere is a fence: nothing was granted up to its version. */
const grantedIn = (record: Stored<Reservation> | undefined): Reservation | undefined =>
  record !== undefined && record.value.scopes.length > 0 ? record.value : undefined
