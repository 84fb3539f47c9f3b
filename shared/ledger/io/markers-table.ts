import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { type Identity, identityKey } from '../entries/identity.ts'

/** The markers table: put if absent, moved up if unchanged. A marker is never deleted: it is what makes an identity last for ever. */
export interface MarkersTable {
  readonly documents: Documents
  readonly name: string
}

/** Whoever writes the identity's entry does so in a page of `account` after `seq`. */
export interface Marker {
  readonly account: string
  readonly seq: number
  readonly epoch: number
}

/**
 * Claims an identity before its entry is written; answers with the marker that stands.
 *
 * Ours, if there was none; also when the answer to our own first try was lost: it says the same.
 */
export async function claimMarker(table: MarkersTable, identity: Identity, marker: Marker): Promise<Marker> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: { identity: identityKey(identity), ...marker },
        ConditionExpression: 'attribute_not_exists(#identity)',
        ExpressionAttributeNames: { '#identity': 'identity' },
      }),
    )
    return marker
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const standing = await readMarker(table, identity)
    if (standing === undefined) throw new Error(`the marker of ${identityKey(identity)} was there and is gone`)
    return standing
  }
}

export async function readMarker(table: MarkersTable, identity: Identity): Promise<Marker | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { identity: identityKey(identity) }, ConsistentRead: true }),
  )
  return Item && { account: String(Item['account']), seq: Number(Item['seq']), epoch: Number(Item['epoch']) }
}

/**
 * Moves a marker up to a page to which the entry's absence was proven, so that a search that ran out of time has got on.
 *
 * Somebody else's move in between leaves it as it is: both are true.
 */
export async function moveMarker(
  table: MarkersTable,
  identity: Identity,
  from: Marker,
  to: Pick<Marker, 'seq' | 'epoch'>,
): Promise<void> {
  try {
    await table.documents.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { identity: identityKey(identity) },
        UpdateExpression: 'SET seq = :to, epoch = :toEpoch',
        ConditionExpression: 'seq = :from AND epoch = :epoch',
        ExpressionAttributeValues: { ':from': from.seq, ':epoch': from.epoch, ':to': to.seq, ':toEpoch': to.epoch },
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
