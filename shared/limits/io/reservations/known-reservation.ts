import { Problem } from '../../../errors/problems.ts'
import type { Reservation } from '../../gates/reservation.ts'
import { type GatesTable, readReservation, type Stored } from '../gates-table.ts'

/** @throws Problem when there is none of that id, or it is another account's: nobody can ask which there are */
export async function knownReservation(
  { gates }: { readonly gates: GatesTable },
  { account }: { readonly account: string | undefined },
  id: string,
): Promise<Stored<Reservation>> {
  const found = await readReservation(gates, id)
  const isGranted = found !== undefined && found.value.scopes.length > 0
  if (isGranted && (account === undefined || account === found.value.account)) return found
  throw noSuchReservation(id)
}

export const noSuchReservation = (id: string): Problem =>
  new Problem(
    'reservation.not-found',
    `there is no reservation ${id}; it may have been forgotten, a week after it expired`,
  )
