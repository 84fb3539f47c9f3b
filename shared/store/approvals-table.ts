import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Approval, ApprovalDecision } from '../account-log/approval.ts'
import { isCreditEntry } from '../account-log/entry.ts'
import { fromOther, type OtherV1, toOther } from '../account-log/other-v1.ts'
import { DAY_MS, SECOND_MS } from '../time/instant.ts'
import type { Documents } from './document-client.ts'

/** What waits for a second operator, in a partition of the drafts' table: both are what operators want and nobody is charged by yet. */
export interface ApprovalsTable {
  readonly documents: Documents
  readonly name: string
}

/** All of them stand in one partition. */
const APPROVALS = 'approvals'

/** Far longer than one may wait; what was written stays in the log. */
const KEPT_MS = 90 * DAY_MS

/** Puts one, unless it is there: then that one stands. */
export async function putApproval(table: ApprovalsTable, approval: Approval): Promise<Approval> {
  if (await unlessChanged(table, approval, 'attribute_not_exists(draft)')) return approval
  const standing = await readApproval(table, approval.id)
  if (standing === undefined) throw new Error(`approval ${approval.id} is there, and is not`)
  return standing
}

export async function readApproval(table: ApprovalsTable, id: string): Promise<Approval | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { draft: APPROVALS, part: id }, ConsistentRead: true }),
  )
  return Item && approvalOf(Item)
}

/** At most `limit` after one, by id; fewer: that was all. */
export async function listApprovals(
  table: ApprovalsTable,
  after: string | undefined,
  limit: number,
): Promise<readonly Approval[]> {
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'draft = :approvals AND part > :after',
      ExpressionAttributeValues: { ':approvals': APPROVALS, ':after': after ?? ' ' },
      Limit: limit,
      ConsistentRead: true,
    }),
  )
  return Items.map(approvalOf)
}

/** Decides one that is undecided; `false`: another decision came first. */
export const decideApproval = (
  table: ApprovalsTable,
  approval: Approval,
  decision: ApprovalDecision,
): Promise<boolean> => unlessChanged(table, { ...approval, decision }, 'attribute_not_exists(decision)')

/** Notes where the entry of an approved one stands. */
export async function noteWritten(
  table: ApprovalsTable,
  approval: Approval,
  place: NonNullable<Approval['place']>,
): Promise<void> {
  await unlessChanged(table, { ...approval, place }, 'attribute_exists(decision) AND attribute_not_exists(place)')
}

async function unlessChanged(table: ApprovalsTable, approval: Approval, condition: string): Promise<boolean> {
  const { id, account, entry, decision, place } = approval
  const Item = {
    ...{ draft: APPROVALS, part: id, account, entry: JSON.stringify(toOther(entry)) },
    ...(decision !== undefined && { decision: JSON.stringify(decision) }),
    ...(place !== undefined && { place: JSON.stringify(place) }),
    expires_at: Math.ceil((entry.at + KEPT_MS) / SECOND_MS),
  }
  try {
    await table.documents.send(new PutCommand({ TableName: table.name, Item, ConditionExpression: condition }))
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** @throws Error for an entry that moves no credits */
function approvalOf(item: Readonly<Record<string, unknown>>): Approval {
  const entry = fromOther(parsed<OtherV1>(item['entry']))
  if (!isCreditEntry(entry)) throw new Error(`approval ${item['part']} is of a ${entry.kind}`)
  return {
    ...{ id: String(item['part']), account: String(item['account']), entry },
    decision: item['decision'] === undefined ? undefined : parsed<ApprovalDecision>(item['decision']),
    place: item['place'] === undefined ? undefined : parsed<NonNullable<Approval['place']>>(item['place']),
  }
}

const parsed = <T>(text: unknown): T => JSON.parse(String(text)) as T
