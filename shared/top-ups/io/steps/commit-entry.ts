import { type Entry, identityOf } from '../../../ledger/entries/entries.ts'
import type { TopUpLogEntry } from '../../../ledger/entries/top-up.ts'
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
  const [outcome] = await writer.commit(
    account,
    [
      {
        identity: identityOf(entry, account),
        boundAt: undefined,
        // Two processes that saw the same end at different moments say the same.
        differenceFrom: (standing: Entry) => (standing.kind === entry.kind ? [] : ['kind']),
        settle: () => ({ kind: 'entry' as const, entry }),
      },
    ],
    remainingMs,
  )
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
