import type * as z from 'zod/mini'
import { readGivenAmount } from '../../shared/api/fields/given-amount.ts'
import { type notReservedSchema, reservationShape, shownShape } from '../../shared/api/limits/reservation.ts'
import * as api from '../../shared/api/limits/reservations.ts'
import { countRefusals, SOON_SECONDS, verdictShape } from '../../shared/api/limits/verdict-shape.ts'
import { Problem } from '../../shared/errors/problems.ts'
import type { Served } from '../../shared/http/serve.ts'
import type { Reservation } from '../../shared/limits/gates/reservation.ts'
import { meantModel } from '../../shared/limits/io/check-access.ts'
import {
  type Left,
  releaseReservation,
  renewReservation,
  settleReservation,
} from '../../shared/limits/io/reservations/end-reservation.ts'
import { endedAs, knownReservation } from '../../shared/limits/io/reservations/reservation-standing.ts'
import { type Judged, type Reserved, reserve } from '../../shared/limits/io/reservations/reserve.ts'
import { amountText, minus } from '../../shared/money/amounts.ts'
import { type Instant, instantText, SECOND_MS } from '../../shared/time/instant.ts'
import { type Services, serve } from '../admin-api/services.ts'

const taken = serve(api.reserve, async ({ body, key }, { caller, services, tools }) => {
  const { account, category, amount, user, group, model, expiresInSeconds } = body
  const wish = { account, user, group, model, category, credits: readGivenAmount(amount), expiresInSeconds }
  const reserved = await reserve({ ...wish, subject: caller.subject, idempotencyKey: key }, { services, tools })
  if (reserved.kind === 'other-wish') throw otherWish(key)
  const refused = reserved.kind === 'refused' ? [reserved.judged.verdict] : []
  const modelMeant = await meantModel(services.catalogue, body, refused, tools.now())
  const verdict = shapeOf(reserved, { ...body, modelMeant }, tools.now())
  countRefusals([verdict], tools)
  if (reserved.kind === 'refused') return { status: 200, body: verdict }
  const { id, credits, expiresAt } = reserved.reservation
  const held = { reservation: id, amount: amountText(credits), expiresAt: instantText(expiresAt) }
  return { status: 201, body: { ...held, ...verdict } }
})

const otherWish = (key: string): Problem =>
  new Problem('idempotency.other-request', `the Idempotency-Key ${key} has reserved something else; use a fresh key`)

/** What it was decided on, as an access check says it. */
function shapeOf(
  reserved: Exclude<Reserved, { readonly kind: 'other-wish' }>,
  about: Readonly<Record<'account' | 'user' | 'category' | 'modelMeant', string>>,
  now: Instant,
): z.infer<typeof notReservedSchema> {
  if (reserved.kind === 'reserved-before')
    return { category: about.category, allowed: true, reason: 'ok', seq: reserved.reservation.takenAt, ageMs: 0 }
  const { at, held, isBalanceHeld, roomAt } = reserved.judged
  const verdict =
    reserved.kind === 'reserved' ? withoutHold(reserved.judged, reserved.reservation) : reserved.judged.verdict
  return {
    ...verdictShape(verdict, { ...about, zone: at?.timeZone, now }),
    ...(verdict.kind === 'decided' && { held: amountText(held) }),
    ...(isBalanceHeld !== undefined && { holdsBalance: isBalanceHeld }),
    ...(roomAt !== undefined && waitShape(roomAt, now)),
    seq: at?.seq ?? 0,
    ageMs: at === undefined ? 0 : Math.max(0, now - at.readAt),
  }
}

/** What remains beside what was just held: of a limit, or of a balance that reservations hold. */
const withoutHold = ({ verdict, isHeld }: Judged, { credits }: Reservation): Judged['verdict'] =>
  verdict.kind === 'decided' && isHeld ? { ...verdict, remaining: minus(verdict.remaining, credits) } : verdict

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
