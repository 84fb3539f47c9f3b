import type { z } from 'zod/mini'
import { readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import {
  notReservedSchema,
  renewSchema,
  reservationParams,
  reservationSchema,
  reservationShape,
  reservedSchema,
  reserveSchema,
  settleSchema,
  shownSchema,
  shownShape,
} from '../../../shared/api/limits/reservation.ts'
import { countRefusals, SOON_SECONDS, verdictShape } from '../../../shared/api/limits/verdict-shape.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { bringing, ending, nothing, type Operation, reading, writing } from '../../../shared/http/operation.ts'
import type { Reservation } from '../../../shared/limits/gates/reservation.ts'
import { meantModel } from '../../../shared/limits/io/check-access.ts'
import {
  type Left,
  releaseReservation,
  renewReservation,
  settleReservation,
} from '../../../shared/limits/io/reservations/end-reservation.ts'
import { endedAs, knownReservation } from '../../../shared/limits/io/reservations/reservation-standing.ts'
import { type Judged, type Reserved, reserve } from '../../../shared/limits/io/reservations/reserve.ts'
import { amountText, minus } from '../../../shared/money/amounts.ts'
import { type Instant, instantText, SECOND_MS } from '../../../shared/time/instant.ts'

const example: z.infer<typeof reservedSchema> = {
  reservation: 'r-3Qk1xJ0cJ0m8S0n3m2v1Zg',
  amount: { eur: '0.03', credits: '3' },
  expiresAt: '2026-11-24T08:15:00.000Z',
  category: 'text',
  allowed: true,
  reason: 'ok',
  limitSource: { kind: 'tier', tier: 'low', of: 'user' },
  limit: { eur: '5.00', credits: '500' },
  spent: { eur: '1.00', credits: '100' },
  held: { eur: '0.06', credits: '6' },
  remaining: { eur: '3.91', credits: '391' },
  holdsBalance: true,
  resetsAt: '2026-11-30T23:00:00.000Z',
  seq: 4711,
  ageMs: 3,
}

const refusedExample: z.infer<typeof notReservedSchema> = {
  category: 'text',
  allowed: false,
  reason: 'in-flight',
  limitSource: { kind: 'ceiling', ceiling: 'sales', of: 'group' },
  limit: { eur: '5.00', credits: '500' },
  spent: { eur: '4.00', credits: '400' },
  held: { eur: '0.99', credits: '99' },
  remaining: { eur: '0.01', credits: '1' },
  holdsBalance: true,
  resetsAt: '2026-11-30T23:00:00.000Z',
  retryAfter: 5,
  roomAt: '2026-11-24T08:14:12.000Z',
  remedy:
    'it fits as soon as what is under way has ended, at 2026-11-24T08:14:12.000Z at the latest: try again in a few seconds',
  seq: 4711,
  ageMs: 3,
}

const taken = writing({
  operationId: 'reserve',
  tag: 'Limits',
  summary: 'Reserve an amount before it is spent',
  description:
    'Held of every limit that counts the use, and of the balance, until the usage event that names it is charged, it is released or it expires: two requests never pass on the same room. `held` is what others hold; `remaining` leaves out its own amount too. One event ends a reservation. The answer to a no is 200, and the same Idempotency-Key may ask again; a yes is remembered, and a key holds but once. Spending passes a limit at the most by what actions cost beyond what they held, by usage without a reservation, and by charges after a reservation expired.',
  params: nothing,
  body: {
    schema: reserveSchema,
    example: { account: 'acme', user: 'u-17', category: 'text', model: 'openai/gpt-4o', amount: { eur: '0.03' } },
  },
  answers: [
    { status: 201, description: 'Held', schema: reservedSchema, example },
    { status: 200, description: 'No, and why', schema: notReservedSchema, example: refusedExample },
  ],
  problems: ['access.other-account'],
  isFinal: ({ status }) => status === 201,
  handle: async ({ body, key }, { caller, services, tools }) => {
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
  },
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

const settledExample: z.infer<typeof reservationSchema> = {
  reservation: 'r-3Qk1xJ0cJ0m8S0n3m2v1Zg',
  state: 'settled',
  amount: { eur: '0.026533', credits: '2.6533' },
  actual: { eur: '0.026533', credits: '2.6533' },
  expiresAt: '2026-11-24T08:15:00.000Z',
}
const openExample = {
  reservation: 'r-3Qk1xJ0cJ0m8S0n3m2v1Zg',
  state: 'open' as const,
  amount: { eur: '0.03', credits: '3' },
  expiresAt: '2026-11-24T08:30:00.000Z',
}
const releasedExample = { ...openExample, state: 'released' as const, amount: { eur: '0.00', credits: '0' } }

const renewed = bringing({
  operationId: 'renewReservation',
  tag: 'Limits',
  summary: 'Let a reservation last longer',
  description:
    'From now on for so many seconds, for an action that takes long; it never ends sooner than it would have. One that has expired is not renewed.',
  params: reservationParams,
  body: { schema: renewSchema, example: { expiresInSeconds: 900 } },
  answers: [{ status: 200, description: 'It lasts longer', schema: reservationSchema, example: openExample }],
  problems: ['reservation.not-found', 'reservation.charged', 'reservation.expired', 'reservation.released'],
  handle: async ({ params, body }, { caller, services, tools }) => {
    const stored = await knownReservation(services, caller, params.reservation)
    const expiresAt = tools.now() + body.expiresInSeconds * SECOND_MS
    return answerOf(await renewReservation(stored, expiresAt, { services, tools }))
  },
})

const settled = bringing({
  operationId: 'settleReservation',
  tag: 'Limits',
  summary: 'Say what the usage event will be charged',
  description:
    'For an action that is over and whose event is on its way: what it does not need is free at once. The hold never grows: more than was reserved is charged all the same. Sent again with the same amount it is answered alike. One that was charged or has expired before stays as it is, and says so.',
  params: reservationParams,
  body: { schema: settleSchema, example: { actual: { credits: '2.6533' } } },
  answers: [{ status: 200, description: 'It holds no more than that', schema: shownSchema, example: settledExample }],
  problems: ['reservation.not-found', 'reservation.settled', 'reservation.released'],
  handle: async ({ params, body }, { caller, services, tools }) => {
    const stored = await knownReservation(services, caller, params.reservation)
    return leftAnswer(await settleReservation(stored, readGivenAmount(body.actual), { services, tools }))
  },
})

const released = ending({
  operationId: 'releaseReservation',
  tag: 'Limits',
  summary: 'Give a reservation back',
  description:
    'For an action that does not take place. One that has expired before stays as it is, and says so. An event that names it and comes all the same is charged.',
  params: reservationParams,
  answers: [{ status: 200, description: 'It holds nothing', schema: shownSchema, example: releasedExample }],
  problems: ['reservation.not-found', 'reservation.charged'],
  handle: async ({ params }, { caller, services, tools }) => {
    const stored = await knownReservation(services, caller, params.reservation)
    return leftAnswer(await releaseReservation(stored, { services, tools }))
  },
})

const shown = reading({
  operationId: 'getReservation',
  tag: 'Limits',
  summary: 'Show a reservation, and whether it still holds',
  description:
    'As the log, the gates and the clock have it. It is forgotten a week after it expired; what was charged stays in the log.',
  params: reservationParams,
  query: nothing,
  answers: [{ status: 200, description: 'As it stands', schema: shownSchema, example: openExample }],
  problems: ['reservation.not-found'],
  handle: async ({ params }, { caller, services, tools }) => {
    const { value } = await knownReservation(services, caller, params.reservation)
    const ended = await endedAs(value, { services, tools })
    return { status: 200, body: shownShape(value, ended) }
  },
})

const leftAnswer = ({ reservation, ended }: Left) => ({ status: 200, body: shownShape(reservation, ended) })
const answerOf = (reservation: Reservation) => ({ status: 200, body: reservationShape(reservation) })

export const reservationOperations: readonly Operation[] = [taken, shown, renewed, settled, released]
