import { type Approval, approvalState, approvedEntry } from '../../shared/account-log/approval.ts'
import { needsApproval } from '../../shared/account-log/approval-settings.ts'
import { requestDifference } from '../../shared/account-log/difference.ts'
import type { CreditEntry } from '../../shared/account-log/entry.ts'
import { identityOf } from '../../shared/account-log/identity.ts'
import { sha256, toBase64Url } from '../../shared/digest/sha256.ts'
import { putApproval } from '../../shared/store/approvals-table.ts'
import { usedKey } from './commit-one.ts'
import type { Setting } from './operation.ts'
import { Problem } from './problems.ts'

export type AllowedEntry =
  | { readonly kind: 'entry'; readonly entry: CreditEntry }
  /** A second operator has not decided yet. */
  | { readonly kind: 'waits'; readonly approval: Approval }

/**
 * The entry as it may be written now: as it is where the stage asks for no approval, else with the word of the second operator.
 *
 * The request is kept by its identity and Idempotency-Key, so sent again it finds what became of it.
 *
 * @throws Problem where it was rejected, nobody decided in time, or the key was used for something else
 */
export async function allowedEntry(
  account: string,
  entry: CreditEntry,
  { services, tools }: Pick<Setting, 'services' | 'tools'>,
): Promise<AllowedEntry> {
  if (!needsApproval(services.approvalSettings, entry.credits)) return { kind: 'entry', entry }
  const asked = { id: idOf(account, entry), account, entry, decision: undefined, place: undefined }
  const approval = await putApproval(services.approvals, asked)
  const differs = requestDifference(entry, approval.entry)
  if (differs.length > 0) throw usedKey(account)(differs)
  switch (approvalState(approval, tools.now())) {
    case 'pending':
      return { kind: 'waits', approval }
    case 'approved':
    case 'written':
      return { kind: 'entry', entry: approvedEntry(approval, tools.now()) }
    case 'rejected':
      throw rejected(approval)
    case 'expired':
      throw expired(approval)
  }
}

const idOf = (account: string, entry: CreditEntry): string =>
  toBase64Url(sha256(JSON.stringify([account, identityOf(entry, account), entry.key])), 16)

function rejected({ id, decision }: Approval): Problem {
  const word = decision?.word === undefined ? '' : `: ${decision.word}`
  return new Problem('approval.rejected', `${decision?.by ?? 'an operator'} rejected ${id}${word}`)
}

export const expired = ({ id }: Approval): Problem =>
  new Problem('approval.expired', `${id} was not decided within 7 days; send it again with a new Idempotency-Key`)
