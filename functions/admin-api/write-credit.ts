import { requestDifference } from '../../shared/account-log/difference.ts'
import type { CreditEntry } from '../../shared/account-log/entry.ts'
import { identityOf } from '../../shared/account-log/identity.ts'
import { amountText } from '../../shared/money/amounts.ts'
import type { Proposal } from '../../shared/store/outcomes.ts'
import { noSuchAccount } from './access.ts'
import { allowedEntry } from './allowed-entry.ts'
import type { Answer } from './answer.ts'
import { rangeRefusal } from './in-range.ts'
import type { Setting } from './operation.ts'
import { Problem } from './problems.ts'
import type { EntryPlace } from './read-entries.ts'
import { approvalShape } from './shapes/approval.ts'
import { entryShape } from './shapes/entry.ts'

/**
 * Writes an entry that moves credits, once for its identity, for ever: sent again after any crash, and after the 48
 * hours of the answer too, it finds its own entry. What is above the stage's amount waits for a second operator first.
 *
 * @param unless what must not have been written before it
 * @returns 201 with the entry and the balance after its page; 202 while it waits
 * @throws Problem, and what the store throws
 */
export async function writeCredit(
  account: string,
  entry: CreditEntry,
  setting: Pick<Setting, 'services' | 'tools'>,
  unless?: Proposal<Problem>['unless'],
): Promise<Answer> {
  const allowed = await allowedEntry(account, entry, setting)
  if (allowed.kind === 'entry') return (await commitCredit(account, allowed.entry, setting, unless)).answer
  return { status: 202, body: { approval: approvalShape(allowed.approval, setting.tools.now()) } }
}

export interface WrittenCredit {
  readonly answer: Answer
  readonly place: EntryPlace
}

/** The same for an entry that may be written: it needs no approval, or has one. @throws Problem, and what the store throws */
export async function commitCredit(
  account: string,
  entry: CreditEntry,
  { services, tools }: Pick<Setting, 'services' | 'tools'>,
  unless?: Proposal<Problem>['unless'],
): Promise<WrittenCredit> {
  const [outcome] = await services.writer.commit(account, [proposalOf(account, entry, unless)], tools.remainingMs)
  switch (outcome?.kind) {
    case 'committed':
    case 'replayed': {
      const { header } = outcome.page
      const shown = entryShape(outcome.entry, header.seq, outcome.position)
      const body = { entry: shown, balance: amountText(header.balance) }
      return { answer: { status: 201, body }, place: { page: header.seq, position: outcome.position } }
    }
    case 'refused':
      throw outcome.refusal
    case 'conflict':
      throw conflictOf(account, entry, outcome.differs)
    case 'no-account':
      throw noSuchAccount(account)
    case 'not-committed':
      throw outcome.cause
    case undefined:
      throw new Error('a commit of one proposal has no outcome')
  }
}

function conflictOf(account: string, entry: CreditEntry, differs: readonly string[]): Problem {
  if (differs.includes('rerating')) {
    const detail = 'this charge was re-rated at this moment and costs something else; send the same request again'
    return new Problem('service.busy', detail, { retryAfterSeconds: 1 })
  }
  if (differs.includes('Idempotency-Key')) {
    const done = entry.kind === 'refund' ? 'this charge was refunded' : 'this entry was reversed'
    return new Problem(
      'credits.corrected-before',
      `${done} before, by another request, and can be but once; GET /v1/accounts/${account}/entries shows it; put right what is still wrong by an adjustment`,
    )
  }
  return new Problem(
    'idempotency.other-request',
    `the log of ${account} has an entry with this key that differs in ${differs.join(', ')}; use a fresh key`,
  )
}

function proposalOf(account: string, entry: CreditEntry, unless: Proposal<Problem>['unless']): Proposal<Problem> {
  return {
    identity: identityOf(entry, account),
    boundAt: undefined,
    differenceFrom: (other) => requestDifference(entry, other),
    ...(unless && { unless }),
    dependsOnHead: true,
    settle: (head) => {
      const refusal = rangeRefusal(head, entry.credits)
      return refusal === undefined ? { kind: 'entry', entry } : { kind: 'refused', refusal }
    },
  }
}
