import type { Tools } from '../../../aws/lambda.ts'
import { assertTime } from '../../../ledger/io/commit/commit-ports.ts'
import type { InTurn } from '../../../time/in-turn.ts'
import type { Gate } from '../../gates/gate.ts'
import { type GatesTable, putGate, readGate } from '../gates-table.ts'

/** The gates, and what it takes to compete for one. */
export interface ReservationGates extends GatesTable {
  readonly random: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  readonly inTurn: InTurn
}

const SHORTEST_WAIT_MS = 20
const LONGEST_WAIT_MS = 4000

/**
 * Full jitter: of many who want the same gate one wins at a time, and the others must not come back together. Whoever waited reads the
 * gate again before he puts it: what he knew of it is as old as his wait.
 */
export async function waitAfterLoss({ random, wait }: ReservationGates, losses: number): Promise<void> {
  await wait(random() * Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** losses))
}

/**
 * Changes a gate, if there is anything to change, whoever else does meanwhile.
 *
 * @throws OutOfTime
 */
export async function changeGate(
  gates: ReservationGates,
  key: string,
  change: (gate: Gate) => Gate,
  { now, remainingMs }: Pick<Tools, 'now' | 'remainingMs'>,
): Promise<void> {
  for (let losses = 1; ; losses += 1) {
    const stored = await readGate(gates, key)
    const changed = change(stored.value)
    if (hasSameHolds(changed, stored.value)) return
    const put = await putGate(gates, key, stored.version, changed, now())
    if (put.kind === 'put') return
    assertTime(remainingMs)
    await waitAfterLoss(gates, losses)
  }
}

const hasSameHolds = (a: Gate, b: Gate): boolean =>
  a.holds.length === b.holds.length && a.holds.every((hold, place) => hold === b.holds[place])
