import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { heldBy, RESERVATION_ID, type Reservation } from '../../limits/gates/reservation.ts'
import { amountText, noCredits } from '../../money/amounts.ts'
import { instantText } from '../../time/instant.ts'
import { nameSchema } from '../../usage/text.ts'
import { amountSchema } from '../fields/amount.ts'
import { givenAmountSchema } from '../fields/given-amount.ts'
import { timeSchema } from '../fields/time.ts'
import { decidedAt, usedBy, verdict } from './access-checks.ts'

const USUAL_SECONDS = 900
const MOST_SECONDS = 86_400

const secondsSchema = described(
  z.int().check(z.minimum(1), z.maximum(MOST_SECONDS)),
  'How long it is held at the most, unless it is renewed',
)

export const reserveSchema = z
  .strictObject({
    ...usedBy,
    category: described(nameSchema, '`text`, `image`, `api` or `other`'),
    /** What the action costs at the most, as far as one knows. */
    amount: givenAmountSchema,
    expiresInSeconds: z._default(secondsSchema, USUAL_SECONDS),
  })
  .check(z.meta({ id: 'Reserve' }))

export const renewSchema = z
  .strictObject({ expiresInSeconds: z._default(secondsSchema, USUAL_SECONDS) })
  .check(z.meta({ id: 'RenewReservation' }))

/** What the event will be charged. Of nothing, a reservation is released. */
export const settleSchema = z.strictObject({ actual: givenAmountSchema }).check(z.meta({ id: 'SettleReservation' }))

export const reservationParams = z.strictObject({
  reservation: z
    .string()
    .check(z.regex(RESERVATION_ID, 'expected r- and 22 characters, as POST /v1/reservations answered')),
})

const idSchema = described(z.string(), 'The usage event names it in `data.reservation`, and thereby ends it')
const held = z.optional(amountSchema)

const decided = {
  ...verdict,
  /** What other reservations hold of the limit that decides, beside what is spent. */
  held,
  holdsBalance: z.optional(
    described(
      z.boolean(),
      'Reservations hold a part of the balance too. false: the limits of the account switch that off, so reservations at once may together spend more than the balance',
    ),
  ),
  roomAt: z.optional(
    described(
      timeSchema,
      '`in-flight`: at the latest then, enough reservations have expired for this one; most end sooner',
    ),
  ),
  ...decidedAt,
}

const shown = {
  reservation: idSchema,
  amount: amountSchema,
  expiresAt: described(timeSchema, 'From then on it holds nothing. A later event that names it is still charged.'),
}

export const reservedSchema = z.object({ ...shown, ...decided }).check(z.meta({ id: 'Reserved' }))
export const notReservedSchema = z.object(decided).check(z.meta({ id: 'NotReserved' }))

/** As it stands, as far as the platform said. */
export const reservationSchema = z
  .object({
    ...shown,
    state: described(
      z.enum(['open', 'settled', 'released']),
      'What the platform said of it; that it was charged, the log knows',
    ),
    actual: z.optional(amountSchema),
  })
  .check(
    z.meta({
      id: 'Reservation',
      description: '`amount` is what it holds until it is charged or expires: never more than was reserved',
    }),
  )

/** As the log, the gates and the clock have it. */
export const shownSchema = z
  .object({
    ...reservationSchema.shape,
    state: described(
      z.enum(['open', 'settled', 'released', 'charged', 'expired']),
      'Open and settled ones hold `amount`; the others have ended, and hold nothing',
    ),
  })
  .check(z.meta({ id: 'ShownReservation' }))

export function shownShape(
  reservation: Reservation,
  ended: 'released' | 'charged' | 'expired' | undefined,
): z.infer<typeof shownSchema> {
  const shape = reservationShape(reservation)
  return ended === undefined ? shape : { ...shape, state: ended, amount: amountText(noCredits) }
}

export function reservationShape(reservation: Reservation): z.infer<typeof reservationSchema> {
  const { id, expiresAt, state } = reservation
  return {
    reservation: id,
    state: state.kind,
    amount: amountText(heldBy(reservation)),
    expiresAt: instantText(expiresAt),
    actual: state.kind === 'settled' ? amountText(state.actual) : undefined,
  }
}
