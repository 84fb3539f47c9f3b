import * as z from 'zod/mini'
import type { Item, Table } from '../../aws/table.ts'
import { DAY_MS, SECOND_MS } from '../../time/instant.ts'
import { type Approval, type ApprovalDecision, type ApprovalFailure, storedApproval } from '../approval.ts'

/** Entries that wait for a second operator, in a partition of the drafts' table. */
export type ApprovalsTable = Table

/** All of them stand in one partition. */
const APPROVALS = 'approvals'

/** Far longer than a request may wait. Written entries stay in the log. */
const KEPT_MS = 90 * DAY_MS

/** Puts one, unless it is there: then that one stands. */
export async function putApproval(table: ApprovalsTable, approval: Approval): Promise<Approval> {
  const { draft, part, ...fields } = itemOf(approval)
  const put = await table.putOnce({ draft, part }, fields)
  return put.kind === 'put' ? approval : fromItem(put.standing)
}

/** An approval; `undefined`: none has this id. */
export async function readApproval(table: ApprovalsTable, id: string): Promise<Approval | undefined> {
  const item = await table.get({ draft: APPROVALS, part: id })
  return item && fromItem(item)
}

/** At most `limit` after one, by id; fewer: that was all. */
export async function readApprovals(
  table: ApprovalsTable,
  after: string | undefined,
  limit: number,
): Promise<readonly Approval[]> {
  const values = { approvals: APPROVALS, after: after ?? ' ' }
  const { items } = await table.query({ where: 'draft = :approvals AND part > :after', values, limit })
  return items.map(fromItem)
}

/** Decides one that is undecided; `false`: another decision came first. */
export const putDecision = (table: ApprovalsTable, approval: Approval, decision: ApprovalDecision): Promise<boolean> =>
  table.putIf(itemOf({ ...approval, decision }), 'attribute_not_exists(decision)')

/** Stores the place of an approved entry, also over a stored failure: the log decides. */
export async function noteWritten(
  table: ApprovalsTable,
  approval: Approval,
  place: NonNullable<Approval['place']>,
): Promise<void> {
  const written = { ...approval, place, failure: undefined }
  await table.putIf(itemOf(written), 'attribute_exists(decision) AND attribute_not_exists(place)')
}

/** Notes why an approved one can't be written, unless it is written, or has its reason. */
export async function noteFailed(table: ApprovalsTable, approval: Approval, failure: ApprovalFailure): Promise<void> {
  const condition = 'attribute_exists(decision) AND attribute_not_exists(place) AND attribute_not_exists(failure)'
  await table.putIf(itemOf({ ...approval, failure }), condition)
}

const itemOf = (approval: Approval) => ({
  draft: APPROVALS,
  ...z.encode(storedApproval, approval),
  expires_at: Math.ceil((approval.asked.at + KEPT_MS) / SECOND_MS),
})

const fromItem = (item: Item): Approval => storedApproval.parse(item)
