import { noSuchAccount } from '../../../ledger/io/known-account.ts'
import type { Instant } from '../../../time/instant.ts'
import { holdIn, releaseAt, renewHold } from '../../gates/gate.ts'
import { type Reservation, renew } from '../../gates/reservation.ts'
import type { Stored } from '../gates-table.ts'
import { inEachGate, move } from './end-reservation.ts'
import { type Asking, assertHeld, isEnded } from './reservation-standing.ts'

/**
 * Lets a reservation last longer: first in every gate, then in its record, so that what the record promises is held.
 *
 * What has expired is not renewed, even where no gate has let it go yet: its room may be another's by the next request.
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
  await inEachGate(
    stored.value,
    (gate) => {
      isGone ||= holdIn(gate, id) === undefined
      return renewHold(gate, id, expiresAt)
    },
    asking,
  )
  if (isGone) {
    // It ended between the two: what was renewed of it ends too.
    const head = (await asking.services.folds.atHead(account, 0))?.fold.head()
    if (head === undefined) throw noSuchAccount(account)
    await inEachGate(stored.value, (gate) => releaseAt(gate, id, head.header), asking)
    await assertHeld(stored.value, asking)
    throw isEnded(stored.value, 'expired')
  }
  return await move(stored, (one) => renew(one, expiresAt), asking)
}
