import type { Tools } from '../../../aws/lambda.ts'
import type { SpendScope } from '../../../spend/selector.ts'
import { type Gate, type Hold, holdIn, releaseHold } from '../../gates/gate.ts'
import { gateKey } from '../../gates/gates-of.ts'
import type { Reservation } from '../../gates/reservation.ts'
import { readReservation } from '../gates-table.ts'
import type { ReservationGates } from './reservation-gates.ts'

/** A hold as this attempt put it: an attempt that takes it over makes it last longer. */
export interface TakenHold extends Pick<Hold, 'id' | 'expiresAt' | 'takenAt'> {
  readonly scope: SpendScope
}

/** Whether a gate has a hold as this attempt put it. */
export function hasOwn(gate: Gate, own: TakenHold): boolean {
  const hold = holdIn(gate, own.id)
  return hold?.expiresAt === own.expiresAt && hold.takenAt === own.takenAt
}

/** The holds that an attempt took, or put without an answer. */
export class TakenHolds {
  readonly #gates: ReservationGates
  readonly #tools: Pick<Tools, 'now' | 'remainingMs' | 'logger'>
  /** By the gate's key. */
  readonly #holds = new Map<string, TakenHold>()

  constructor(gates: ReservationGates, tools: Pick<Tools, 'now' | 'remainingMs' | 'logger'>) {
    this.#gates = gates
    this.#tools = tools
  }

  has(key: string): boolean {
    return this.#holds.has(key)
  }

  add(key: string, own: TakenHold): void {
    this.#holds.set(key, own)
  }

  drop(key: string): void {
    this.#holds.delete(key)
  }

  /** Whose gates hold something, in the order in which they were taken. */
  scopes(): readonly SpendScope[] {
    return [...this.#holds.values()].map(({ scope }) => scope)
  }

  /** Leaves out what another attempt of the same request has reserved: this one must not give it back. */
  leaveTo({ account, scopes }: Reservation): void {
    for (const scope of scopes) this.drop(gateKey(account, scope))
  }

  /**
   * Gives back what this attempt took, but what another attempt of the same request has taken over meanwhile: that one may have been
   * granted it.
   */
  async giveBack(): Promise<void> {
    for (const [key, own] of this.#holds) await this.#giveBackOne(key, own)
  }

  /** After an error: gives back the holds that it can. The rest stays until it expires, with a warning. */
  async giveBackIfPossible(id: string): Promise<void> {
    if (this.#holds.size === 0) return
    try {
      const granted = await readReservation(this.#gates.table, id)
      if (granted !== undefined) this.leaveTo(granted.value)
    } catch (error) {
      this.#warn(error)
      return
    }
    for (const [key, own] of this.#holds) await this.#giveBackOne(key, own).catch((error: unknown) => this.#warn(error))
  }

  async #giveBackOne(key: string, own: TakenHold): Promise<void> {
    const release = (gate: Gate): Gate => (hasOwn(gate, own) ? releaseHold(gate, own.id) : gate)
    await this.#gates.change(key, release, this.#tools)
  }

  #warn(error: unknown): void {
    const cause = error instanceof Error ? error : new Error(String(error))
    this.#tools.logger.warn('what a failed reservation took is held until it expires', cause)
  }
}
