import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { fromStored, isCreditEntry, type StoredEntry, toStored } from '../../ledger/entries/entries.ts'
import { credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import { DAY_MS, SECOND_MS } from '../../time/instant.ts'
import type { Approval, ApprovalDecision, ApprovalFailure, Asked, AskedInvoice } from '../approval.ts'

/** Entries that wait for a second operator, in a partition of the drafts' table. */
export interface ApprovalsTable {
  readonly documents: Documents
  readonly name: string
}

/** All of them stand in one partition. */
const APPROVALS = 'approvals'

/** Far longer than a request may wait. Written entries stay in the log. */
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
export const putDecision = (table: ApprovalsTable, approval: Approval, decision: ApprovalDecision): Promise<boolean> =>
  unlessChanged(table, { ...approval, decision }, 'attribute_not_exists(decision)')

/** Stores the place of an approved entry, also over a stored failure: the log decides. */
export async function noteWritten(
  table: ApprovalsTable,
  approval: Approval,
  place: NonNullable<Approval['place']>,
): Promise<void> {
  const written = { ...approval, place, failure: undefined }
  await unlessChanged(table, written, 'attribute_exists(decision) AND attribute_not_exists(place)')
}

/** Notes why an approved one can't be written, unless it is written, or has its reason. */
export async function noteFailed(table: ApprovalsTable, approval: Approval, failure: ApprovalFailure): Promise<void> {
  const condition = 'attribute_exists(decision) AND attribute_not_exists(place) AND attribute_not_exists(failure)'
  await unlessChanged(table, { ...approval, failure }, condition)
}

async function unlessChanged(table: ApprovalsTable, approval: Approval, condition: string): Promise<boolean> {
  const { id, account, asked, decision, place, failure } = approval
  const Item = {
    draft: APPROVALS,
    part: id,
    account,
    entry: JSON.stringify(storedAsked(asked)),
    ...(decision !== undefined && { decision: JSON.stringify(decision) }),
    ...(place !== undefined && { place: JSON.stringify(place) }),
    ...(failure !== undefined && { failure: JSON.stringify(failure) }),
    expires_at: Math.ceil((asked.at + KEPT_MS) / SECOND_MS),
  }
  try {
    await table.documents.send(new PutCommand({ TableName: table.name, Item, ConditionExpression: condition }))
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

function approvalOf(item: Readonly<Record<string, unknown>>): Approval {
  const asked = readAsked(parsed<StoredEntry>(item['entry']))
  return {
    id: String(item['part']),
    account: String(item['account']),
    asked,
    decision: ifThere<ApprovalDecision>(item['decision']),
    place: ifThere<NonNullable<Approval['place']>>(item['place']),
    failure: ifThere<ApprovalFailure>(item['failure']),
  }
}

/** As page format 1 stores it; an invoice beside it, since no entry has that kind. */
const storedAsked = (asked: Asked): StoredEntry =>
  asked.kind === 'invoice' ? { ...asked, credits: plain(asked.credits) } : toStored(asked)

/** @throws Error for an entry that moves no credits */
function readAsked(stored: StoredEntry): Asked {
  if (stored['kind'] === 'invoice') return { ...stored, credits: credits(String(stored['credits'])) } as AskedInvoice
  const entry = fromStored(stored)
  if (!isCreditEntry(entry)) throw new Error(`an approval of a ${entry.kind}`)
  return entry
}

const ifThere = <T>(text: unknown): T | undefined => (text === undefined ? undefined : parsed<T>(text))

const parsed = <T>(text: unknown): T => JSON.parse(String(text)) as T
