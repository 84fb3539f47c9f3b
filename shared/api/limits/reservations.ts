import type * as z from 'zod/mini'
import { answer, bringing, ending, type Operation, reading, writing } from '../../http/operation.ts'
import {
  notReservedSchema,
  renewSchema,
  reservationParams,
  reservationSchema,
  reservedSchema,
  reserveSchema,
  settleSchema,
  shownSchema,
} from './reservation.ts'

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

export const reserve = writing({
  operationId: 'reserve',
  route: 'POST /v1/reservations',
  scope: 'usage:check',
  tag: 'Limits',
  summary: 'Reserve an amount before it is spent',
  description:
    'Held of every limit that counts the use, and of the balance, until the usage event that names it is charged, it is released or it expires: two requests never pass on the same room. `held` is what others hold; `remaining` leaves out its own amount too. One event ends a reservation. The answer to a no is 200, and the same Idempotency-Key may ask again; a yes is remembered, and a key holds but once. Spending passes a limit at the most by what actions cost beyond what they held, by usage without a reservation, and by charges after a reservation expired.',
  body: {
    schema: reserveSchema,
    example: { account: 'acme', user: 'u-17', category: 'text', model: 'openai/gpt-4o', amount: { eur: '0.03' } },
  },
  answers: [
    answer(201, 'Held', reservedSchema, example),
    answer(200, 'No, and why', notReservedSchema, refusedExample),
  ],
  problems: ['access.other-account'],
  isFinal: ({ status }) => status === 201,
})

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

export const renewReservation = bringing({
  operationId: 'renewReservation',
  route: 'PUT /v1/reservations/{reservation}',
  scope: 'usage:check',
  tag: 'Limits',
  summary: 'Let a reservation last longer',
  description:
    'For long actions: holds for this many seconds from now, and never ends sooner than before. An expired reservation can’t be renewed.',
  params: reservationParams,
  body: { schema: renewSchema, example: { expiresInSeconds: 900 } },
  answers: [answer(200, 'It lasts longer', reservationSchema, openExample)],
  problems: ['reservation.not-found', 'reservation.charged', 'reservation.expired', 'reservation.released'],
})

export const settleReservation = bringing({
  operationId: 'settleReservation',
  route: 'PUT /v1/reservations/{reservation}/settle',
  scope: 'usage:check',
  tag: 'Limits',
  summary: 'Say what the usage event will be charged',
  description:
    'For a finished action whose event is on its way: frees the rest of the hold at once. The hold never grows; an event that costs more is still charged in full. The same amount sent again gets the same answer. A reservation that was charged or has expired stays as it is, and the answer says so.',
  params: reservationParams,
  body: { schema: settleSchema, example: { actual: { credits: '2.6533' } } },
  answers: [answer(200, 'It holds no more than that', shownSchema, settledExample)],
  problems: ['reservation.not-found', 'reservation.settled', 'reservation.released'],
})

export const releaseReservation = ending({
  operationId: 'releaseReservation',
  route: 'DELETE /v1/reservations/{reservation}',
  scope: 'usage:check',
  tag: 'Limits',
  summary: 'Give a reservation back',
  description:
    'For an action that does not take place. An expired reservation stays as it is, and the answer says so. An event that names it later is still charged.',
  params: reservationParams,
  answers: [answer(200, 'It holds nothing', shownSchema, releasedExample)],
  problems: ['reservation.not-found', 'reservation.charged'],
})

export const getReservation = reading({
  operationId: 'getReservation',
  route: 'GET /v1/reservations/{reservation}',
  scope: 'usage:check',
  tag: 'Limits',
  summary: 'Show a reservation, and whether it still holds',
  description:
    'As the log, the gates and the clock have it. It is forgotten a week after it expired; what was charged stays in the log.',
  params: reservationParams,
  answers: [answer(200, 'As it stands', shownSchema, openExample)],
  problems: ['reservation.not-found'],
})

export const reservationOperations: readonly Operation[] = [
  reserve,
  getReservation,
  renewReservation,
  settleReservation,
  releaseReservation,
]
