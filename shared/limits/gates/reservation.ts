import * as z from 'zod/mini'
import { sha256, toBase64Url } from '../../digest/sha256.ts'
import { storedCredits } from '../../ledger/entries/entry-kind.ts'
import { type Credits, noCredits } from '../../money/amounts.ts'
import type { SpendScope } from '../../spend/selector.ts'
import type { Instant } from '../../time/instant.ts'

/** The status of a reservation by its platform's calls. The log says that it was charged, the clock that it expired. */
type ReservationState =
  | { readonly kind: 'open' }
  /** The action is over: its event will cost `actual`. */
  | { readonly kind: 'settled'; readonly actual: Credits }
  | { readonly kind: 'released' }

/** A reservation: its amount, its gates, and its end. */
export interface Reservation {
  readonly id: string
  readonly account: string
  readonly user: string
  readonly group: string | undefined
  /** As it was asked for. */
  readonly category: string
  readonly service: string | undefined
  /** The reserved amount. */
  readonly credits: Credits
  readonly expiresAt: Instant
  /** The page that it was decided at, of the log of this epoch. */
  readonly takenAt: number
  readonly epoch: number
  /** Whose gates hold it. */
  readonly scopes: readonly SpendScope[]
  readonly state: ReservationState
}

/** The amount that it holds until it is charged or expires. */
export function heldBy({ credits, state }: Pick<Reservation, 'credits' | 'state'>): Credits {
  if (state.kind === 'released') return noCredits
  return state.kind === 'settled' && state.actual.lt(credits) ? state.actual : credits
}

/** The outcome of ending or renewing a reservation. `as-it-was`: it was already so, and gets the same answer. */
export type Moved =
  | { readonly kind: 'moved'; readonly to: Reservation }
  | { readonly kind: 'as-it-was' }
  | { readonly kind: 'refused'; readonly because: 'settled' | 'released' }

/** Once: the same amount again changes nothing, another one is refused. */
export function settle(reservation: Reservation, actual: Credits): Moved {
  const { state } = reservation
  if (state.kind === 'released') return { kind: 'refused', because: 'released' }
  if (state.kind === 'open') return { kind: 'moved', to: { ...reservation, state: { kind: 'settled', actual } } }
  return state.actual.eq(actual) ? { kind: 'as-it-was' } : { kind: 'refused', because: 'settled' }
}

/** A settled one too: its event may never come. */
export function release(reservation: Reservation): Moved {
  if (reservation.state.kind === 'released') return { kind: 'as-it-was' }
  return { kind: 'moved', to: { ...reservation, state: { kind: 'released' } } }
}

/** Never to an earlier time than it has. */
export function renew(reservation: Reservation, expiresAt: Instant): Moved {
  if (reservation.state.kind === 'released') return { kind: 'refused', because: 'released' }
  return expiresAt <= reservation.expiresAt
    ? { kind: 'as-it-was' }
    : { kind: 'moved', to: { ...reservation, expiresAt } }
}

/** The amount to hold, and its user. */
export type ReservationWish = Pick<Reservation, 'account' | 'user' | 'group' | 'category' | 'service' | 'credits'>

/** Whether an Idempotency-Key was sent with the same wish before. */
export const isSameWish = (a: ReservationWish, b: ReservationWish): boolean =>
  a.account === b.account &&
  a.user === b.user &&
  a.group === b.group &&
  a.category === b.category &&
  a.service === b.service &&
  a.credits.eq(b.credits)

const scope = z.discriminatedUnion('of', [
  z.object({ of: z.literal('user'), user: z.string() }),
  z.object({ of: z.literal('group'), group: z.string() }),
  z.object({ of: z.literal('account') }),
])

/** As its record has it, in the order of the stored bytes. */
const storedReservation = z.codec(
  z.object({
    account: z.string(),
    user: z.string(),
    category: z.string(),
    id: z.string(),
    expiresAt: z.number(),
    takenAt: z.number(),
    epoch: z.number(),
    scopes: z.readonly(z.array(scope)),
    group: z.optional(z.string()),
    service: z.optional(z.string()),
    credits: storedCredits,
    state: z.union([z.enum(['open', 'released']), z.object({ settled: storedCredits })]),
  }),
  z.custom<Reservation>(),
  {
    decode: ({ group, service, state, ...rest }): Reservation => ({
      ...rest,
      group,
      service,
      state: typeof state === 'string' ? { kind: state } : { kind: 'settled', actual: state.settled },
    }),
    encode: ({ state, ...rest }) => ({
      ...rest,
      state: state.kind === 'settled' ? { settled: state.actual } : state.kind,
    }),
  },
)

export const reservationText = (reservation: Reservation): string =>
  JSON.stringify(z.encode(storedReservation, reservation))

export const readReservationText = (text: string): Reservation => z.decode(storedReservation, JSON.parse(text))

/** The key of a reservation's record. No gate's: ids begin with `r-`, which is none of their three words. */
export const reservationKey = (id: string): string => `reservation#${id}`

const ID_BYTES = 16

/**
 * A reservation's id: the same Idempotency-Key of a caller in an account finds its own hold again, also after a lost answer. Keys of
 * two callers have nothing to do with each other.
 */
export const reservationId = (account: string, subject: string, idempotencyKey: string): string =>
  `r-${toBase64Url(sha256(JSON.stringify([account, subject, idempotencyKey])), ID_BYTES)}`

export const RESERVATION_ID = /^r-[A-Za-z0-9_-]{22}$/
