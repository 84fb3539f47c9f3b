import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Instant } from '../../time/instant.ts'
import type { HeldTable, Place } from './held-table.ts'

/** How far the rate cards have been followed. */
export interface FollowedRates {
  /** Counts the changes of this. */
  readonly revision: number
  /** Versions up to this were told on the event bus. */
  readonly announced: number
  /** All that was parked was tried by the cards up to this version. */
  readonly redriven: number
  /** When the walk began that did so. */
  readonly redrivenAt: Instant
  /** A walk through the shelves on its way. */
  readonly walk: Walk | undefined
  /** The last waiting event that was looked at, when there was no time for those after it. */
  readonly aheadAfter: string | undefined
}

export interface Walk {
  readonly version: number
  readonly beganAt: Instant
  /** The last place looked at; `undefined`: none. */
  readonly place: Place | undefined
  /** Whether some events could not be tried. */
  readonly isPartial: boolean
}

const KEY = { shelf: 'followed', entry: 'rates' }

const NOTHING_FOLLOWED: FollowedRates = {
  revision: 0,
  announced: 0,
  redriven: 0,
  redrivenAt: 0,
  walk: undefined,
  aheadAfter: undefined,
}

export async function readFollowed(table: HeldTable): Promise<FollowedRates> {
  const { Item } = await table.documents.send(new GetCommand({ TableName: table.name, Key: KEY, ConsistentRead: true }))
  if (Item === undefined) return NOTHING_FOLLOWED
  const walk = Item['walk'] as string | undefined
  return {
    revision: Number(Item['revision']),
    announced: Number(Item['announced']),
    redriven: Number(Item['redriven']),
    redrivenAt: Number(Item['redrivenAt']),
    walk: walk === undefined ? undefined : (JSON.parse(walk) as Walk),
    aheadAfter: Item['aheadAfter'] as string | undefined,
  }
}

/** Goes on from `from`. `changed`: another process went on from there first; what it wrote stands. */
export async function writeFollowed(
  table: HeldTable,
  from: FollowedRates,
  { announced, redriven, redrivenAt, walk, aheadAfter }: Omit<FollowedRates, 'revision'>,
): Promise<FollowedRates | 'changed'> {
  const kept = { revision: from.revision + 1, announced, redriven, redrivenAt }
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...KEY, ...kept, ...(walk && { walk: JSON.stringify(walk) }), ...(aheadAfter && { aheadAfter }) },
        ConditionExpression: 'attribute_not_exists(shelf) OR revision = :revision',
        ExpressionAttributeValues: { ':revision': from.revision },
      }),
    )
    return { ...kept, walk, aheadAfter }
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'changed'
    throw error
  }
}
