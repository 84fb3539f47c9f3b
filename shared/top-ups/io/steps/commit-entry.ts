import type { Entry } from '../../../ledger/entries/entries.ts'
import type { TopUpLogEntry } from '../../../ledger/entries/top-up.ts'
import { proposalOf } from '../../../ledger/io/commit/proposal.ts'
import type { Page } from '../../../ledger/page/page.ts'
import type { TopUpPorts } from '../top-up-ports.ts'

/**
 * Writes an entry about a top-up, once for its identity: the first writer's entry stands.
 *
 * @throws the reason why it could not be committed; then nothing was written, or the same call finds it
 */
export async function commitEntry<E extends TopUpLogEntry>(
  { writer, remainingMs }: TopUpPorts,
  account: string,
  entry: E,
): Promise<{ readonly kind: 'committed' | 'replayed'; readonly entry: Entry; readonly page: Page }> {
  const [outcome] = await writer.commit(account, [proposalOf(account, entry)], remainingMs)
  switch (outcome?.kind) {
    case 'committed':
    case 'replayed':
      return outcome
    case 'not-committed':
      throw outcome.cause
    default:
      throw new Error(`the log of ${account} did not take a ${entry.kind} of ${entry.key}: ${outcome?.kind}`)
  }
}
