import { entryShape } from '../../shared/api/credits/entry.ts'
import { Problem } from '../../shared/errors/problems.ts'
import type { Answer } from '../../shared/http/answer.ts'
import type { CreditEntry } from '../../shared/ledger/entries/credit.ts'
import { entryDifference, identityOf } from '../../shared/ledger/entries/entries.ts'
import { noSuchAccount } from '../../shared/ledger/io/accounts-table.ts'
import type { Proposal } from '../../shared/ledger/io/commit/proposal.ts'
import type { EntryPlace } from '../../shared/ledger/io/read-entries.ts'
import { rangeRefusal } from '../../shared/ledger/range-refusal.ts'
import { amountText } from '../../shared/money/amounts.ts'
import type { Setting } from './services.ts'

export interface WrittenCredit {
  readonly answer: Answer
  readonly place: EntryPlace
}

/** What stands against an entry, as far as it is known before the log is looked at. */
export interface Against {
  /** Why it may not be written; one that stands in the log already is found all the same. */
  readonly refusal?: Problem | undefined
  /** What must not have been written before it. */
  readonly unless?: Proposal<Problem>['unless']
}

/** Writes an entry that moves credits, once for its identity: it needs no approval, or has one. @throws Problem, and what the store throws */
export async function commitCredit(
  account: string,
  entry: CreditEntry,
  { services, tools }: Pick<Setting, 'services' | 'tools'>,
  against: Against = {},
): Promise<WrittenCredit> {
  const [outcome] = await services.writer.commit(account, [proposalOf(account, entry, against)], tools.remainingMs)
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

function proposalOf(account: string, entry: CreditEntry, { refusal, unless }: Against): Proposal<Problem> {
  return {
    identity: identityOf(entry, account),
    boundAt: undefined,
    differenceFrom: (other) => entryDifference(entry, other),
    ...(unless && { unless }),
    dependsOnHead: true,
    settle: (head) => {
      const refused = refusal ?? rangeRefusal(head, entry.credits)
      return refused === undefined ? { kind: 'entry', entry } : { kind: 'refused', refusal: refused }
    },
  }
}
