import { credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { SpendScope } from '../../spend/selector.ts'
import type { Reservation, ReservationState } from './reservation.ts'

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
