import { type Credits, credits, noCredits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { SpendScope } from '../../spend/selector.ts'
import type { Instant } from '../../time/instant.ts'

/** How a reservation stands, as far as its platform said. That it was charged, the log knows; that it expired, the clock. */
export type ReservationState =
  | { readonly kind: 'open' }
  /** The action is over: its event will cost so much. */
  | { readonly kind: 'settled'; readonly actual: Credits }
  | { readonly kind: 'released' }

/** What was reserved, for as long as somebody may ask: how it is ended, and where it holds. */
export interface Reservation {
  readonly id: string
  readonly account: string
  readonly user: string
  readonly group: string | undefined
  /** As it was asked for. */
  readonly category: string
  readonly service: string | undefined
  /** What was asked for and held. */
  readonly credits: Credits
  readonly expiresAt: Instant
  /** The page that it was decided at, of the log of this epoch. */
  readonly takenAt: number
  readonly epoch: number
  /** Whose gates hold it. */
  readonly scopes: readonly SpendScope[]
  readonly state: ReservationState
}

/** What it holds until it is charged or expires. */
export function heldBy({ credits, state }: Pick<Reservation, 'credits' | 'state'>): Credits {
  if (state.kind === 'released') return noCredits
  return state.kind === 'settled' && state.actual.lt(credits) ? state.actual : credits
}

/** What becomes of a reservation that somebody ends or renews. `as-it-was`: it was so before, and is answered alike. */
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

/** Whether an Idempotency-Key was sent with the same wish before. */
export const isSameWish = (
  a: Reservation,
  b: Pick<Reservation, 'account' | 'user' | 'group' | 'category' | 'service' | 'credits'>,
): boolean =>
  a.account === b.account &&
  a.user === b.user &&
  a.group === b.group &&
  a.category === b.category &&
  a.service === b.service &&
  a.credits.eq(b.credits)

interface ReservationText {
  readonly id: string
  readonly account: string
  readonly user: string
  readonly group?: string
  readonly category: string
  readonly service?: string
  readonly credits: string
  readonly expiresAt: number
  readonly takenAt: number
  readonly epoch: number
  readonly scopes: readonly SpendScope[]
  readonly state: 'open' | 'released' | { readonly settled: string }
}

export function reservationText({ group, service, credits: held, state, ...rest }: Reservation): string {
  const text: ReservationText = {
    ...rest,
    ...(group !== undefined && { group }),
    ...(service !== undefined && { service }),
    credits: plain(held),
    state: state.kind === 'settled' ? { settled: plain(state.actual) } : state.kind,
  }
  return JSON.stringify(text)
}

/** Reads what `reservationText` wrote. */
export function readReservationText(text: string): Reservation {
  const { state, credits: held, ...rest } = JSON.parse(text) as ReservationText
  return { ...rest, group: rest.group, service: rest.service, credits: credits(held), state: stateOf(state) }
}

const stateOf = (state: ReservationText['state']): ReservationState =>
  typeof state === 'string' ? { kind: state } : { kind: 'settled', actual: credits(state.settled) }
