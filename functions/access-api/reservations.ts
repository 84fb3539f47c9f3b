import type * as z from 'zod/mini'
import { readGivenAmount } from '../../shared/api/fields/given-amount.ts'
import { SOON_SECONDS, verdictShape } from '../../shared/api/limits/access-checks.ts'
import { type notReservedSchema, reservationShape, shownShape } from '../../shared/api/limits/reservation.ts'
import * as api from '../../shared/api/limits/reservations.ts'
import { Problem } from '../../shared/errors/problems.ts'
import type { Served } from '../../shared/http/serve.ts'
import type { Reservation } from '../../shared/limits/gates/reservation.ts'
import {
  type Left,
  releaseReservation,
  renewReservation,
  settleReservation,
} from '../../shared/limits/io/reservations/end-reservation.ts'
import { endedAs, knownReservation } from '../../shared/limits/io/reservations/reservation-standing.ts'
import { type Reserved, reserve } from '../../shared/limits/io/reservations/reserve.ts'
import { amountText, minus, noCredits } from '../../shared/money/amounts.ts'
import { type Instant, instantText, SECOND_MS } from '../../shared/time/instant.ts'
import { countRefusals } from './count-refusals.ts'
import { type Services, serve } from './services.ts'

const taken = serve(api.reserve, async ({ body, key }, { caller, services, tools }) => {
  const { account, category, amount, user, group, model, expiresInSeconds } = body
  const wish = { account, user, group, category, service: model, credits: readGivenAmount(amount), expiresInSeconds }
  const reserved = await reserve({ ...wish, subject: caller.subject, idempotencyKey: key }, { services, tools })
  if (reserved.kind === 'other-wish') throw otherWish(key)
  const verdict = shapeOf(reserved, body, tools.now())
  countRefusals([verdict], tools)
  if (reserved.kind === 'refused') return { status: 200, body: verdict }
  const { id, credits, expiresAt } = reserved.reservation
  const held = { reservation: id, amount: amountText(credits), expiresAt: instantText(expiresAt) }
  return { status: 201, body: { ...held, ...verdict } }
})

const otherWish = (key: string): Problem =>
  new Problem('idempotency.other-request', `the Idempotency-Key ${key} has reserved something else; use a fresh key`)

/** The decision in the form of an access check; `remaining` is without the new hold. */
function shapeOf(
  reserved: Exclude<Reserved, { readonly kind: 'other-wish' }>,
  about: Readonly<Record<'account' | 'user' | 'category', string>>,
  now: Instant,
): z.infer<typeof notReservedSchema> {
  if (reserved.kind === 'reserved-before')
    return { category: about.category, allowed: true, reason: 'ok', seq: reserved.reservation.takenAt, ageMs: 0 }
  const { decision, at, held, isHeld, isBalanceHeld, roomAt } = reserved.judged
  const own = reserved.kind === 'reserved' && isHeld ? reserved.reservation.credits : noCredits
  const left = decision.kind === 'decided' ? { ...decision, remaining: minus(decision.remaining, own) } : decision
  const modelMeant = reserved.kind === 'refused' ? reserved.modelMeant : ''
  return {
    ...verdictShape(left, { ...about, modelMeant, zone: at?.timeZone, now }),
    held: decision.kind === 'decided' ? amountText(held) : undefined,
    holdsBalance: isBalanceHeld,
    ...(roomAt !== undefined && waitShape(roomAt, now)),
    seq: at?.seq ?? 0,
    ageMs: at === undefined ? 0 : Math.max(0, now - at.readAt),
  }
}

/** Most reservations end long before they expire. */
function waitShape(roomAt: Instant, now: Instant) {
  const seconds = Math.max(1, Math.ceil((roomAt - now) / SECOND_MS))
  return {
    roomAt: instantText(roomAt),
    retryAfter: Math.min(SOON_SECONDS, seconds),
    remedy: `it fits as soon as what is under way has ended, at ${instantText(roomAt)} at the latest: try again in a few seconds`,
  }
}

const renewed = serve(api.renewReservation, async ({ params, body }, { caller, services, tools }) => {
  const stored = await knownReservation(services, caller, params.reservation)
  const expiresAt = tools.now() + body.expiresInSeconds * SECOND_MS
  return answerOf(await renewReservation(stored, expiresAt, { services, tools }))
})

const settled = serve(api.settleReservation, async ({ params, body }, { caller, services, tools }) => {
  const stored = await knownReservation(services, caller, params.reservation)
  return leftAnswer(await settleReservation(stored, readGivenAmount(body.actual), { services, tools }))
})

const released = serve(api.releaseReservation, async ({ params }, { caller, services, tools }) => {
  const stored = await knownReservation(services, caller, params.reservation)
  return leftAnswer(await releaseReservation(stored, { services, tools }))
})

const shown = serve(api.getReservation, async ({ params }, { caller, services, tools }) => {
  const { value } = await knownReservation(services, caller, params.reservation)
  const ended = await endedAs(value, { services, tools })
  return { status: 200, body: shownShape(value, ended) }
})

const leftAnswer = ({ reservation, ended }: Left) => ({ status: 200, body: shownShape(reservation, ended) })

const answerOf = (reservation: Reservation) => ({ status: 200, body: reservationShape(reservation) })

export const reservationHandlers: readonly Served<Services>[] = [taken, shown, renewed, settled, released]
