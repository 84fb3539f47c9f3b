import { noSuchAccount } from '../../../ledger/io/accounts-table.ts'
import { assertTime } from '../../../ledger/io/commit/proposal.ts'
import type { Credits } from '../../../money/amounts.ts'
import type { Instant } from '../../../time/instant.ts'
import { type Gate, holdIn, releaseAt, releaseHold, renewHold, settleHold } from '../../gates/gate.ts'
import { gateKey } from '../../gates/gates-of.ts'
import { type Moved, type Reservation, release, renew, settle } from '../../gates/reservation.ts'
import { putReservation, type Stored } from '../gates-table.ts'
import { type Asking, assertHeld, endedAs, isEnded, noSuchReservation } from './reservation-standing.ts'

/** A reservation after it was ended; `ended`: it was over before, and was left as it is. */
export interface Left {
  readonly reservation: Reservation
  readonly ended?: 'charged' | 'expired' | undefined
}

/**
 * Settles: the hold shrinks to the event's cost, until the event is charged or the hold expires. It never grows: a higher cost is still
 * charged, and may pass a limit. A reservation that was charged or has expired stays as it is.
 *
 * The record is put first, so that the second of two different amounts is refused; the gates follow it each time it is sent.
 *
 * @throws Problem
 */
export async function settleReservation(stored: Stored<Reservation>, actual: Credits, asking: Asking): Promise<Left> {
  const ended = stored.value.state.kind === 'open' ? await overAs(stored.value, asking) : undefined
  if (ended !== undefined) return { reservation: stored.value, ended }
  const reservation = await move(stored, (one) => settle(one, actual), asking)
  await inEachGate(reservation, (gate) => settleHold(gate, reservation.id, actual), asking)
  return { reservation }
}

/**
 * Releases: ends the hold. An event that names it later is still charged. An expired reservation stays as it is.
 *
 * @throws Problem where it was charged
 */
export async function releaseReservation(stored: Stored<Reservation>, asking: Asking): Promise<Left> {
  const ended = stored.value.state.kind === 'released' ? undefined : await overAs(stored.value, asking)
  if (ended === 'charged') throw isEnded(stored.value, ended)
  if (ended !== undefined) return { reservation: stored.value, ended }
  const reservation = await move(stored, release, asking)
  await inEachGate(reservation, (gate) => releaseHold(gate, reservation.id), asking)
  return { reservation }
}

/**
 * Renews a reservation: first in every gate, then in its record, so that the gates hold what the record promises.
 *
 * An expired one can't be renewed, also where a gate still has it: the next request may take its room.
 *
 * @throws Problem
 */
export async function renewReservation(
  stored: Stored<Reservation>,
  expiresAt: Instant,
  asking: Asking,
): Promise<Reservation> {
  const { id, account, state } = stored.value
  if (state.kind === 'released') throw isEnded(stored.value, 'released')
  await assertHeld(stored.value, asking)
  let isGone = false
  const renewIn = (gate: Gate): Gate => {
    isGone ||= holdIn(gate, id) === undefined
    return renewHold(gate, id, expiresAt)
  }
  await inEachGate(stored.value, renewIn, asking)
  if (!isGone) return await move(stored, (one) => renew(one, expiresAt), asking)
  // It ended between the two: so its renewed holds end too.
  const head = (await asking.services.folds.atHead(account, 0))?.fold.head()
  if (head === undefined) throw noSuchAccount(account)
  await inEachGate(stored.value, (gate) => releaseAt(gate, id, head.header), asking)
  await assertHeld(stored.value, asking)
  throw isEnded(stored.value, 'expired')
}

/** How it was over before; a release that happens at this moment shows in its record later. */
async function overAs(reservation: Reservation, asking: Asking): Promise<Left['ended']> {
  const ended = await endedAs(reservation, asking)
  return ended === 'released' ? undefined : ended
}

/** Moves the record on, by version. @throws Problem */
async function move(
  stored: Stored<Reservation>,
  moved: (reservation: Reservation) => Moved,
  { services: { gates }, tools }: Asking,
): Promise<Reservation> {
  for (let standing = stored, losses = 1; ; losses += 1) {
    const next = moved(standing.value)
    if (next.kind === 'refused') throw isEnded(standing.value, next.because)
    if (next.kind === 'as-it-was') return standing.value
    const put = await putReservation(gates.table, standing.version, next.to)
    if (put.kind === 'put') return put.stored.value
    if (put.standing === undefined) throw noSuchReservation(standing.value.id)
    standing = put.standing
    assertTime(tools.remainingMs)
    await gates.waitAfterLoss(losses)
  }
}

/** Changes each gate that holds it, in the order in which they were taken. */
async function inEachGate(
  { account, scopes }: Reservation,
  change: (gate: Gate) => Gate,
  { services: { gates }, tools }: Asking,
): Promise<void> {
  for (const scope of scopes) await gates.change(gateKey(account, scope), change, tools)
}
