import { sha256, toBase64Url } from '../../digest/sha256.ts'
import { Problem } from '../../errors/problems.ts'
import { entryDifference, identityOf } from '../../ledger/entries/entries.ts'
import type { Identity } from '../../ledger/entries/identity.ts'
import { knownAccount } from '../../ledger/io/accounts-table.ts'
import { type Approval, type Asked, approvalState } from '../approval.ts'
import { needsApproval } from '../approval-settings.ts'
import { putApproval, readApproval } from './approvals-table.ts'
import { invoiceIdentity } from './credit-invoice.ts'
import type { Crediting } from './crediting.ts'

export type AskedApproval =
  /** The stage asks for no approval of this. */
  | { readonly kind: 'not-needed' }
  /** A second operator has not decided yet. */
  | { readonly kind: 'waits'; readonly approval: Approval }
  /** It has the word of the second operator: written, failed, or neither yet. */
  | { readonly kind: 'approved'; readonly approval: Approval }

/**
 * Asks for a second operator's approval, where the stage wants one for so much.
 *
 * The request is kept by its identity and Idempotency-Key, so a repeat finds its outcome.
 *
 * @param refusal why it can't be written now: then no approval is asked for; an earlier one is found
 * @throws Problem where an operator rejected it, it expired, or the key was used for something else; and `refusal`
 */
export async function askApproval(
  account: string,
  asked: Asked,
  { services, tools }: Crediting,
  refusal?: Problem,
): Promise<AskedApproval> {
  if (!needsApproval(services.approvalSettings, asked.credits)) return { kind: 'not-needed' }
  const approval = await standing(account, asked, services, refusal)
  const differs = differenceOf(asked, approval.asked)
  if (differs.length > 0) throw usedKey(approval, differs)
  switch (approvalState(approval, tools.now())) {
    case 'pending':
      return { kind: 'waits', approval }
    case 'approved':
    case 'written':
    case 'failed':
      return { kind: 'approved', approval }
    case 'rejected':
      throw rejected(approval)
    case 'expired':
      throw expired(approval)
  }
}

async function standing(
  account: string,
  asked: Asked,
  services: Crediting['services'],
  refusal: Problem | undefined,
): Promise<Approval> {
  const id = toBase64Url(sha256(JSON.stringify([account, identityIn(account, asked), asked.key])), 16)
  if (refusal !== undefined) {
    const before = await readApproval(services.approvals, id)
    if (before === undefined) throw refusal
    return before
  }
  await knownAccount(services, account)
  const undecided = { decision: undefined, place: undefined, failure: undefined }
  return await putApproval(services.approvals, { id, account, asked, ...undecided })
}

const identityIn = (account: string, asked: Asked): Identity =>
  asked.kind === 'invoice' ? invoiceIdentity(account, asked.reference) : identityOf(asked, account)

function differenceOf(asked: Asked, before: Asked): readonly string[] {
  if (asked.kind !== 'invoice' && before.kind !== 'invoice') return entryDifference(asked, before)
  if (asked.kind !== 'invoice' || before.kind !== 'invoice') return ['kind']
  return [...(asked.credits.eq(before.credits) ? [] : ['amount']), ...(asked.dueOn === before.dueOn ? [] : ['dueOn'])]
}

const usedKey = ({ id }: Approval, differs: readonly string[]): Problem =>
  new Problem(
    'idempotency.other-request',
    `this key asked for ${id} before, which differs in ${differs.join(', ')}; use a fresh key`,
  )

function rejected({ id, decision }: Approval): Problem {
  const word = decision?.word === undefined ? '' : `: ${decision.word}`
  return new Problem('approval.rejected', `${decision?.by ?? 'an operator'} rejected ${id}${word}`)
}

/** Refuses to decide or write an expired request. */
export const expired = ({ id }: Approval): Problem =>
  new Problem('approval.expired', `${id} was not decided within 7 days; send it again with a new Idempotency-Key`)
