import type { Tools } from '../../../aws/lambda.ts'
import type { SpendScope } from '../../../spend/selector.ts'
import { type Gate, type Hold, holdIn, releaseHold } from '../../gates/gate.ts'
import { gateKey } from '../../gates/gates-of.ts'
import type { Reservation } from '../../gates/reservation.ts'
import { readReservation } from '../gates-table.ts'
import { changeGate, type ReservationGates } from './reservation-gates.ts'

/** A hold as this attempt put it: whoever takes it over makes it last longer. */
export interface TakenHold extends Pick<Hold, 'id' | 'expiresAt' | 'takenAt'> {
  readonly scope: SpendScope
}

/** By the gate's key: what an attempt took, or has put without an answer. */
export type TakenHolds = Map<string, TakenHold>

interface Giving {
  readonly gates: ReservationGates
  readonly tools: Pick<Tools, 'now' | 'remainingMs' | 'logger'>
}

/** Whether a gate has a hold as this attempt put it. */
export function hasOwn(gate: Gate, own: TakenHold): boolean {
  const hold = holdIn(gate, own.id)
  return hold?.expiresAt === own.expiresAt && hold.takenAt === own.takenAt
}

/** What another attempt of the same request has reserved is not this one's to give back. */
export function leaveTo({ account, scopes }: Reservation, taken: TakenHolds): void {
  for (const scope of scopes) taken.delete(gateKey(account, scope))
}

/**
 * Gives back what this attempt took, and nothing that another attempt of the same request has taken over meanwhile: that one may have
 * been granted it. So what an attempt leaves that crashed is held until it expires, unless its request is granted.
 */
export async function giveBack(taken: TakenHolds, giving: Giving): Promise<void> {
  for (const [key, own] of taken) await giveBackOne(key, own, giving)
}

async function giveBackOne(key: string, own: TakenHold, { gates, tools }: Giving): Promise<void> {
  const release = (gate: Gate): Gate => (hasOwn(gate, own) ? releaseHold(gate, own.id) : gate)
  await changeGate(gates, key, release, tools)
}

/** After an error: gives back what can be. What can't is held until it expires, and the error is the one to be told. */
export async function giveBackIfPossible(id: string, taken: TakenHolds, giving: Giving): Promise<void> {
  const { gates, tools } = giving
  if (taken.size === 0) return
  try {
    const granted = await readReservation(gates, id)
    if (granted !== undefined) leaveTo(granted.value, taken)
  } catch (error) {
    tools.logger.warn('what a failed reservation took is held until it expires', asError(error))
    return
  }
  for (const [key, own] of taken)
    try {
      await giveBackOne(key, own, giving)
    } catch (error) {
      tools.logger.warn('what a failed reservation took is held until it expires', asError(error))
    }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
