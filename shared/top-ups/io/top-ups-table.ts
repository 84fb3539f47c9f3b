import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { type Documents, goingOnAfter } from '../../aws/document-client.ts'
import type { Instant } from '../../time/instant.ts'
import { isFinal, mayBecome } from '../moves.ts'
import type { TopUp } from '../top-up.ts'
import { createdText, creditedLane, fromTopUpItem, toTopUpItem, UNFINISHED_LANE } from './top-up-item.ts'

/** The course of each top-up. The log has its credits, and whether one is open; this can be lost without a cent. */
export interface TopUpsTable {
  readonly documents: Documents
  readonly name: string
}

/** Newest first. A global index: good for looking, never for a decision. */
const BY_TIME = 'by-time'
/** Those that are not final, the longest untouched first; those that were paid, by day. */
const BY_LANE = 'by-lane'

/** Puts a top-up if there is none of its id; answers with the one that stands, ours or an earlier one. */
export async function putTopUp(table: TopUpsTable, topUp: TopUp): Promise<TopUp> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: toTopUpItem(topUp),
        ConditionExpression: 'attribute_not_exists(account)',
      }),
    )
    return topUp
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const standing = await readTopUp(table, topUp.account, topUp.id)
    if (standing === undefined) throw new Error(`top-up ${topUp.id} of ${topUp.account} was there and is gone`)
    return standing
  }
}

/**
 * Takes a top-up further, if nobody did meanwhile.
 *
 * @returns it as it stands then; `undefined`: it changed meanwhile, read it again
 * @throws RangeError for a move that there is none of: a bug
 */
export async function moveTopUp(
  table: TopUpsTable,
  from: TopUp,
  changes: Partial<Omit<TopUp, 'account' | 'id' | 'origin' | 'createdAt' | 'version'>> & {
    readonly updatedAt: Instant
  },
): Promise<TopUp | undefined> {
  const to: TopUp = { ...from, ...changes, version: from.version + 1 }
  if (to.status !== from.status && !mayBecome(from.status, to.status))
    throw new RangeError(`top-up ${from.id} of ${from.account} is ${from.status} and can not become ${to.status}`)
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: toTopUpItem(to),
        ConditionExpression: 'version = :before',
        ExpressionAttributeValues: { ':before': from.version },
      }),
    )
    return to
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    // The answer to our own write may have got lost, and the SDK sent it again.
    const standing = await readTopUp(table, from.account, from.id)
    return standing !== undefined && isSame(standing, to) ? standing : undefined
  }
}

const isSame = (a: TopUp, b: TopUp): boolean => JSON.stringify(toTopUpItem(a)) === JSON.stringify(toTopUpItem(b))

export async function readTopUp(table: TopUpsTable, account: string, id: string): Promise<TopUp | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { account, top_up: id }, ConsistentRead: true }),
  )
  return Item && fromTopUpItem(Item)
}

/** An account's top-ups before one, newest first, at most `limit`; fewer: that was all. One made a moment ago may be missing. */
export async function listTopUps(
  table: TopUpsTable,
  account: string,
  { before, limit }: { readonly before: Pick<TopUp, 'createdAt' | 'id'> | undefined; readonly limit: number },
): Promise<readonly TopUp[]> {
  const found: TopUp[] = []
  let after: Readonly<Record<string, unknown>> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: BY_TIME,
        KeyConditionExpression:
          before === undefined ? 'account = :account' : 'account = :account AND created < :before',
        ExpressionAttributeValues: {
          ':account': account,
          ...(before !== undefined && { ':before': createdText(before) }),
        },
        ScanIndexForward: false,
        Limit: limit - found.length,
        ...(after !== undefined && { ExclusiveStartKey: after }),
      }),
    )
    found.push(...Items.map(fromTopUpItem))
    after = LastEvaluatedKey
  } while (after !== undefined && found.length < limit)
  return found
}

/** Every top-up of an account, by id, as of now: consistent, for decisions. */
export async function readAllTopUps(table: TopUpsTable, account: string): Promise<readonly TopUp[]> {
  const found: TopUp[] = []
  let after: Readonly<Record<string, unknown>> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'account = :account',
        ExpressionAttributeValues: { ':account': account },
        ConsistentRead: true,
        ...(after !== undefined && { ExclusiveStartKey: after }),
      }),
    )
    found.push(...Items.map(fromTopUpItem))
    after = LastEvaluatedKey
  } while (after !== undefined)
  return found
}

/** Those that are not final and were not touched since, the oldest first, at most `limit`. */
export async function listUnfinished(
  table: TopUpsTable,
  { untouchedSince, limit }: { readonly untouchedSince: Instant; readonly limit: number },
): Promise<readonly TopUp[]> {
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: BY_LANE,
      KeyConditionExpression: 'lane = :lane AND updatedAt < :since',
      ExpressionAttributeValues: { ':lane': UNFINISHED_LANE, ':since': untouchedSince },
      Limit: limit,
    }),
  )
  const found = await Promise.all(
    Items.map((item) => readTopUp(table, String(item['account']), String(item['top_up']))),
  )
  return found.filter((topUp) => topUp !== undefined && !isFinal(topUp.status)) as readonly TopUp[]
}

/** Those that were paid on a day (UTC), and not touched before `from`: the longest untouched first. */
export async function* listPaidOn(table: TopUpsTable, day: Instant, from: Instant): AsyncIterable<TopUp> {
  let after: Readonly<Record<string, unknown>> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: BY_LANE,
        KeyConditionExpression: 'lane = :lane AND updatedAt >= :from',
        ExpressionAttributeValues: { ':lane': creditedLane(day), ':from': from },
        ...(after !== undefined && { ExclusiveStartKey: after }),
      }),
    )
    yield* Items.map(fromTopUpItem)
    after = goingOnAfter(LastEvaluatedKey, 'updatedAt')
  } while (after !== undefined)
}
