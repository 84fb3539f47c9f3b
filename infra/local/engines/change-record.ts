import { isDeepStrictEqual } from 'node:util'
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda'
import { REGION } from '../template/local-stack.ts'
import { arn } from './access.ts'

/** An item, or its keys, as they are on the wire. */
export type Item = Readonly<Record<string, AttributeValue>>

export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES'

export interface ItemChange {
  readonly keys: Item
  readonly before: Item | undefined
  readonly after: Item | undefined
}

/** The stream record of a change; `undefined` where nothing changed: DynamoDB Streams are silent about that too. */
export function changeRecord(
  table: string,
  view: StreamView,
  number: number,
  { keys, before, after }: ItemChange,
): DynamoDBRecord | undefined {
  if (isDeepStrictEqual(before, after)) return undefined
  const isNewShown = after !== undefined && view !== 'KEYS_ONLY' && view !== 'OLD_IMAGE'
  const isOldShown = before !== undefined && view !== 'KEYS_ONLY' && view !== 'NEW_IMAGE'
  return {
    eventID: `${table}-${number}`,
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    eventSourceARN: `${arn('dynamodb', `table/${table}`)}/stream/local`,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      Keys: keys,
      NewImage: isNewShown ? after : undefined,
      OldImage: isOldShown ? before : undefined,
      SequenceNumber: String(number).padStart(21, '0'),
      StreamViewType: view,
    },
  }
}
