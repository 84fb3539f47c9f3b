import type { TopUpNotPaidEntry } from '../../shared/ledger/entries/top-up.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import { readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import { isFinal } from '../../shared/top-ups/moves.ts'
import { commitEntry } from './commit-entry.ts'
import type { Ports, Working } from './ports.ts'

/**
 * Takes from the log's count what no longer waits for a payment: a restored log may get a purchase back after its end, and a
 * record may be lost. What is still paid later is credited and counted then.
 */
export async function endLeftPending(ports: Ports, account: string, working: Working): Promise<void> {
  const header = (await readHead(ports.log, account))?.header
  if (header === undefined || header.tally?.reconciling !== undefined) return
  for (const { id } of header.tally?.bought?.pending ?? []) {
    const topUp = await readTopUp(ports.topUps, account, id)
    if (topUp !== undefined && !isFinal(topUp.status)) continue
    const made = { key: id, actor: 'groschen', at: working.now() }
    const entry: TopUpNotPaidEntry = { kind: 'top-up-not-paid', ...made, leftOn: header.seq }
    await commitEntry(ports, account, entry, working)
  }
}
