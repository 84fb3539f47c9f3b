import type { Page } from '../../shared/account-log/page.ts'
import type { Proposal } from '../../shared/store/outcomes.ts'
import { noSuchAccount } from './access.ts'
import type { Setting } from './operation.ts'
import { Problem } from './problems.ts'

/**
 * Writes one entry, once for its identity; answers with the page that it stands in.
 *
 * @param conflict what the caller is told where another entry has the identity
 * @throws Problem, and what the store throws
 */
export async function commitOne(
  account: string,
  { services, tools }: Pick<Setting, 'services' | 'tools'>,
  proposal: Proposal<Problem>,
  conflict: (differs: readonly string[]) => Problem = (differs) => otherRequest(account, differs),
): Promise<Page> {
  const [outcome] = await services.writer.commit(account, [proposal], tools.remainingMs)
  switch (outcome?.kind) {
    case 'committed':
    case 'replayed':
      return outcome.page
    case 'refused':
      throw outcome.refusal
    case 'conflict':
      throw conflict(outcome.differs)
    case 'no-account':
      throw noSuchAccount(account)
    case 'not-committed':
      throw outcome.cause
    case undefined:
      throw new Error('a commit of one proposal has no outcome')
  }
}

const otherRequest = (account: string, differs: readonly string[]): Problem =>
  new Problem(
    'idempotency.other-request',
    `the log of ${account} has an entry with this key that differs in ${differs.join(', ')}; use a fresh key`,
  )
