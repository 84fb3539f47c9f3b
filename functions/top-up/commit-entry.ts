import { type Entry, identityOf } from '../../shared/ledger/entries/entries.ts'
import type { Identity } from '../../shared/ledger/entries/identity.ts'
import type { TopUpLogEntry } from '../../shared/ledger/entries/top-up.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import type { Ports, Working } from './ports.ts'

/**
 * Writes an entry about a top-up, once for its identity: whoever was first has written it, and that one counts.
 *
 * @throws what kept it from being committed; nothing was written then, or the same call finds it
 */
export async function commitEntry<E extends TopUpLogEntry>(
  { writer }: Pick<Ports, 'writer'>,
  account: string,
  entry: E,
  { remainingMs }: Pick<Working, 'remainingMs'>,
  identity: Identity = identityOf(entry, account),
): Promise<{ readonly kind: 'committed' | 'replayed'; readonly entry: Entry; readonly page: Page }> {
  const [outcome] = await writer.commit(
    account,
    [
      {
        identity,
        boundAt: undefined,
        // Two that saw the same end at different moments say the same.
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
