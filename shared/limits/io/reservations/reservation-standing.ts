import type { Tools } from '../../../aws/lambda.ts'
import { Problem } from '../../../errors/problems.ts'
import { noSuchAccount } from '../../../ledger/io/accounts-table.ts'
import { assertTime } from '../../../ledger/io/commit/proposal.ts'
import type { LogTable } from '../../../ledger/io/log-table.ts'
import { standingSeq } from '../../../ledger/page/page.ts'
import { instantText } from '../../../time/instant.ts'
import { holdIn, rebaseGate } from '../../gates/gate.ts'
import { gateKey } from '../../gates/gates-of.ts'
import type { Reservation } from '../../gates/reservation.ts'
import { readGate, readReservation, type Stored } from '../gates-table.ts'
import type { WarmFolds } from '../warm-folds.ts'
import { lookback, readCharged } from './charged-reservations.ts'
import type { ReservationGates } from './reservation-gates.ts'

/** The services to look up, end and renew a reservation. */
export interface Asking {
  readonly services: { readonly folds: WarmFolds; readonly gates: ReservationGates; readonly log: LogTable }
  readonly tools: Pick<Tools, 'now' | 'remainingMs'>
}

/**
 * A reservation by its id.
 *
 * @param caller sees reservations of its account alone; of all, where it names none
 * @throws Problem when there is none, or it is another account's
 */
export async function knownReservation(
  { gates }: Pick<Asking['services'], 'gates'>,
  caller: { readonly account: string | undefined },
  id: string,
): Promise<Stored<Reservation>> {
  const found = await readReservation(gates.table, id)
  const isGranted = found !== undefined && found.value.scopes.length > 0
  if (isGranted && (caller.account === undefined || caller.account === found.value.account)) return found
  throw noSuchReservation(id)
}

export const noSuchReservation = (id: string): Problem =>
  new Problem(
    'reservation.not-found',
    `there is no reservation ${id}; it may have been forgotten, a week after it expired`,
  )

/**
 * How a reservation ended, as its record stands now; `undefined`: it is held.
 *
 * @throws BrokenChain, OutOfTime, and Problem where its record or its account's log is gone
 */
export async function endedAs(
  reservation: Reservation,
  asking: Asking,
): Promise<'charged' | 'released' | 'expired' | undefined> {
  const standing = await standingOf(reservation, asking)
  if (standing === 'held') return undefined
  if (standing === 'charged') return 'charged'
  const record = await readReservation(asking.services.gates.table, reservation.id)
  if (record === undefined) throw noSuchReservation(reservation.id)
  return record.value.state.kind === 'released' ? 'released' : 'expired'
}

/** @throws Problem where nothing is held of a reservation any more */
export async function assertHeld(reservation: Reservation, asking: Asking): Promise<void> {
  const ended = await endedAs(reservation, asking)
  if (ended !== undefined) throw isEnded(reservation, ended)
}

/**
 * Held where every gate holds it, charged where the log says so. `gone`: it expired or was released; its record knows.
 *
 * A gate without it proves no charge: two requests may release it at once, or a clock was ahead.
 */
async function standingOf(reservation: Reservation, { services, tools }: Asking): Promise<'held' | 'charged' | 'gone'> {
  const { id, account, scopes } = reservation
  const stored = await Promise.all(scopes.map((scope) => readGate(services.gates.table, gateKey(account, scope))))
  const atHead = await services.folds.atHead(account, 0)
  const head = atHead?.fold.head()
  if (atHead === undefined || head === undefined) throw noSuchAccount(account)
  const { fold, readAt } = atHead
  const gates = stored.map(({ value }) => rebaseGate(value, head.header))
  const takenAt = standingSeq({ seq: reservation.takenAt, epoch: reservation.epoch }, head.header)
  const isInEach = gates.every((gate) => holdIn(gate, id) !== undefined)
  // A gate that has it found no charge up to its page.
  const after = isInEach ? Math.max(takenAt, Math.min(...gates.map(({ seq }) => seq))) : takenAt
  let earlier = await readCharged(services.log, fold, after, new Set([id]))
  // Not charged up to where it was read: the rest has to be read too.
  while (earlier.lookedUpTo !== undefined && !earlier.chargedAt.has(id)) {
    assertTime(tools.remainingMs)
    earlier = await readCharged(services.log, fold, earlier.lookedUpTo, new Set([id]))
  }
  const back = lookback(fold, earlier, readAt)
  if ((back.chargedAt(id) ?? 0) > takenAt) return 'charged'
  return gates.every((gate) => (holdIn(gate, id)?.expiresAt ?? 0) > readAt) ? 'held' : 'gone'
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
