import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { unpack } from '../../../shared/store/pack.ts'
import type { Cursor, SnapshotsTable } from '../../../shared/store/snapshots-table.ts'

/** A part as it stands in the table, packed: an account's snapshots unpacked may be larger than its log. */
export interface StoredPart {
  readonly seq: number
  /** Unpacks it. @throws Error when it can't be read */
  readonly text: () => string
}

/** An account's snapshots at one moment. */
export interface StoredSnapshots {
  readonly cursor: Cursor | undefined
  readonly parts: ReadonlyMap<string, StoredPart>
}

const READINGS = 10
const KNOWN_FORMAT = 2
const UNPACKED_BYTES = 16 * 1024 * 1024

/**
 * Reads all parts, until none of them was written meanwhile: chunks of two moments say nothing about each other.
 *
 * After ten readings what was read stands: a follower that busy is seen at the next run.
 */
export async function readSnapshots(table: SnapshotsTable, account: string): Promise<StoredSnapshots> {
  let snapshots = await readOnce(table, account)
  for (let reading = 1; reading < READINGS && snapshots.parts.size > 0; reading += 1) {
    const again = await readOnce(table, account)
    const isSame = snapshots.cursor?.seq === again.cursor?.seq && isSameParts(snapshots.parts, again.parts)
    snapshots = again
    if (isSame) break
  }
  return snapshots
}

const isSameParts = (a: StoredSnapshots['parts'], b: StoredSnapshots['parts']): boolean =>
  a.size === b.size && [...a].every(([part, { seq }]) => b.get(part)?.seq === seq)

async function readOnce(table: SnapshotsTable, account: string): Promise<StoredSnapshots> {
  const parts = new Map<string, StoredPart>()
  let cursor: Cursor | undefined
  let after: Record<string, unknown> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'account = :account',
        ExpressionAttributeValues: { ':account': account },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    for (const item of Items) {
      if (item['part'] === 'cursor') cursor = cursorOf(item)
      else parts.set(String(item['part']), partOf(item))
    }
    after = LastEvaluatedKey
  } while (after !== undefined)
  return { cursor, parts }
}

const cursorOf = (item: Readonly<Record<string, unknown>>): Cursor => ({
  seq: Number(item['seq']),
  hash: String(item['hash']),
  timeZone: String(item['time_zone']),
})

const partOf = ({ seq, format, packed }: Readonly<Record<string, unknown>>): StoredPart => ({
  seq: Number(seq),
  text: () => {
    if (Number(format) !== KNOWN_FORMAT) throw new RangeError(`format ${String(format)}, unknown to this release`)
    if (packed instanceof Uint8Array) return unpack(packed, UNPACKED_BYTES)
    throw new RangeError('nothing packed')
  },
})
