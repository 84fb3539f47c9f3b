import { listAccountIds } from '../../shared/ledger/io/account-index.ts'
import { readSweepPosition, writeSweepPosition } from '../../shared/spend/io/snapshots-table.ts'
import type { Ports } from './ports.ts'
import { type Projection, projectAccounts } from './project-accounts.ts'

const ACCOUNTS_PER_ROUND = 20
/** For a round that turns out to be long, and for writing down the position. */
const RESERVE_MS = 8000

/**
 * Looks at all accounts' logs, so that a lost hint costs a minute and nothing else.
 *
 * Out of time it remembers where it was and the next sweep goes on there: no account waits for ever behind the others.
 */
export async function sweep(ports: Ports, remainingMs: () => number): Promise<readonly Projection[]> {
  const began = await readSweepPosition(ports.snapshots)
  const projections: Projection[] = []
  let after = began
  while (remainingMs() >= RESERVE_MS) {
    const accounts = await listAccountIds(ports.accounts, after, ACCOUNTS_PER_ROUND)
    projections.push(...(await projectAccounts(ports, accounts, remainingMs)))
    after = accounts.at(-1)
    if (accounts.length < ACCOUNTS_PER_ROUND) {
      after = undefined
      break
    }
  }
  if (after !== began) await writeSweepPosition(ports.snapshots, after)
  return projections
}
