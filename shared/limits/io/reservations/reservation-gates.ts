import type { Tools } from '../../../aws/lambda.ts'
import { assertTime } from '../../../ledger/io/commit/proposal.ts'
import type { InTurn } from '../../../time/in-turn.ts'
import type { Gate } from '../../gates/gate.ts'
import { type GatesTable, putGate, readGate } from '../gates-table.ts'

/** The ports for competing for a gate. */
interface Contention {
  /** From 0 to below 1. */
  readonly random: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  readonly inTurn: InTurn
}

const SHORTEST_WAIT_MS = 20
const LONGEST_WAIT_MS = 4000

/** The gates that reservations of many processes compete for. */
export class ReservationGates {
  readonly table: GatesTable
  readonly #contention: Contention

  constructor(table: GatesTable, contention: Contention) {
    this.table = table
    this.#contention = contention
  }

  /** Does work once all work that this process began before for the same gate is done: only processes race. */
  async inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    return await this.#contention.inTurn(key, work)
  }

  /** Waits with full jitter: of many who want the same gate one wins at a time, and the losers must not come back together. */
  async waitAfterLoss(losses: number): Promise<void> {
    const { random, wait } = this.#contention
    await wait(random() * Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** losses))
  }

  /**
   * Changes the stored gate, again after each lost race. Writes nothing where its holds stay the same.
   *
   * It does not fold the gate: that takes a look at the log.
   *
   * @throws OutOfTime
   */
  async change(
    key: string,
    change: (gate: Gate) => Gate,
    { now, remainingMs }: Pick<Tools, 'now' | 'remainingMs'>,
  ): Promise<void> {
    for (let losses = 1; ; losses += 1) {
      const stored = await readGate(this.table, key)
      const changed = change(stored.value)
      if (hasSameHolds(changed, stored.value)) return
      const put = await putGate(this.table, key, stored.version, changed, now())
      if (put.kind === 'put') return
      assertTime(remainingMs)
      await this.waitAfterLoss(losses)
    }
  }
}

const hasSameHolds = (a: Gate, b: Gate): boolean =>
  a.holds.length === b.holds.length && a.holds.every((hold, place) => hold === b.holds[place])
