import { foldGate, holdIn } from '../../shared/limits/gate.ts'
import { gateKey } from '../../shared/limits/gate-key.ts'
import type { Reservation } from '../../shared/limits/reservation.ts'
import { lookback, readEarlier } from '../../shared/store/charged-reservations.ts'
import { readGate } from '../../shared/store/gates-table.ts'
import { instantText } from '../../shared/time/instant.ts'
import { noSuchAccount } from './access.ts'
import type { Setting } from './operation.ts'
import { Problem } from './problems.ts'

export type Asking = Pick<Setting, 'services' | 'tools'>

/** What the gates and the log say of a reservation. */
export type Standing = 'held' | 'charged' | 'expired'

/**
 * Asks each gate, then the log: held where every gate holds it. A gate lets go what was charged and what has expired, so what is gone
 * before its time was charged.
 *
 * @throws BrokenChain, and Problem for an account that has no log any more
 */
export async function standingOf(reservation: Reservation, { services }: Asking): Promise<Standing> {
  const { id, account, scopes, expiresAt, takenAt } = reservation
  const gates = await Promise.all(scopes.map((scope) => readGate(services.gates, gateKey(account, scope))))
  const atHead = await services.folds.atHead(account, 0)
  if (atHead === undefined) throw noSuchAccount(account)
  const { fold, readAt } = atHead
  let isHeld = true
  for (const { value: gate } of gates) {
    const back = lookback(fold, await readEarlier(services.log, fold, gate, readAt), readAt)
    if ((back.chargedAt(id) ?? 0) > takenAt) return 'charged'
    if (holdIn(gate, id) === undefined && expiresAt > readAt) return 'charged'
    isHeld &&= holdIn(foldGate(gate, back), id) !== undefined
  }
  return isHeld ? 'held' : 'expired'
}

/** Why a reservation can't be changed. */
export function isEnded(
  { id, expiresAt }: Reservation,
  because: 'charged' | 'expired' | 'settled' | 'released',
): Problem {
  switch (because) {
    case 'charged':
      return new Problem('reservation.charged', `an event that names ${id} was charged; nothing is held any more`)
    case 'expired':
      return new Problem(
        'reservation.expired',
        `${id} expired at ${instantText(expiresAt)}; reserve again, with a new Idempotency-Key`,
      )
    case 'settled':
      return new Problem('reservation.settled', `${id} was settled before, with another amount`)
    case 'released':
      return new Problem('reservation.released', `${id} was released; reserve again, with a new Idempotency-Key`)
  }
}
