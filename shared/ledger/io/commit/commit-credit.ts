import { Problem } from '../../../errors/problems.ts'
import { type Credits, minus, plus } from '../../../money/amounts.ts'
import { plain } from '../../../money/exact.ts'
import { isWithinRange, LARGEST_CREDITS } from '../../../money/limits.ts'
import type { CreditEntry } from '../../entries/credit.ts'
import type { Page } from '../../page/page.ts'
import type { FoundEntry } from '../../sight.ts'
import { type Committing, writtenOf } from './commit-one.ts'
import { type Proposal, proposalOnHead } from './proposal.ts'

/** The objections to an entry that are known before the log is read. */
export interface Against {
  /** Why it may not be written. An entry that is already in the log is found before this check. */
  readonly refusal?: Problem | undefined
  /** The entry that must not have been written before it. */
  readonly unless?: Proposal<Problem>['unless']
}

/** Writes an entry that moves credits, once for its identity: it needs no approval, or has one. @throws Problem, and what the store throws */
export async function commitCredit(
  account: string,
  entry: CreditEntry,
  { services, tools }: Committing,
  { refusal, unless }: Against = {},
): Promise<FoundEntry> {
  const refusalAt = (head: Page) => refusal ?? rangeRefusal(head, entry.credits)
  const proposal = proposalOnHead(account, entry, refusalAt, { unless })
  const [outcome] = await services.writer.commit(account, [proposal], tools.remainingMs)
  if (outcome === undefined) throw new Error('a commit of one proposal has no outcome')
  return writtenOf(account, outcome, (differs) => conflictOf(account, entry, differs))
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
      `${done} before, by another request, and only once is possible; GET /v1/accounts/${account}/entries shows it; put right what is still wrong by an adjustment`,
    )
  }
  return new Problem(
    'idempotency.other-request',
    `the log of ${account} has an entry with this key that differs in ${differs.join(', ')}; use a fresh key`,
  )
}

/** Why a log can not take more credits after its head; `undefined`: it can. */
export function rangeRefusal({ header }: Page, more: Credits): Problem | undefined {
  const { account, totalCredited, totalCharged } = header
  const credited = plus(totalCredited, more)
  if (isWithinRange(credited) && isWithinRange(minus(credited, totalCharged))) return undefined
  const detail = `the credits of ${account} would pass ${plain(LARGEST_CREDITS)} in all; send a smaller amount`
  return new Problem('balance.out-of-range', detail)
}
