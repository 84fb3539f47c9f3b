import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { type HeldShelves, timeOfEntry } from './held-record.ts'

/** What a shelf of parked events is for. */
export interface ParkedShelf {
  readonly service: string
  /** The first of its meters without a price. */
  readonly meter: string
}

const PARKED = 'parked#'

/** Contracts, "Tables": `parked#service#meter`; a service may have a `#` in it, a meter has none. */
export function parkedShelfOf(name: string): ParkedShelf {
  const end = name.lastIndexOf('#')
  return { service: name.slice(PARKED.length, end), meter: name.slice(end + 1) }
}

/** What stands on a shelf. */
export interface ShelfSummary {
  readonly count: number
  /** There are more than were counted. */
  readonly isAtLeast: boolean
  /** Event times, ISO. */
  readonly first: string
  readonly last: string
}

/** A read counts up to 1 MB (AWS), some thousand events. */
const READS_A_COUNT = 10

/** Counts the events on a shelf; `undefined`: it is empty. A parked event is one item: no event is larger. */
export async function summarizeShelf(table: HeldShelves, shelf: string): Promise<ShelfSummary | undefined> {
  const first = await rimOf(table, shelf, true)
  const last = await rimOf(table, shelf, false)
  if (first === undefined || last === undefined) return undefined
  let count = 0
  let after: Readonly<Record<string, unknown>> | undefined
  for (let reads = 0; reads < READS_A_COUNT; reads += 1) {
    const { Count = 0, LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'shelf = :shelf',
        ExpressionAttributeValues: { ':shelf': shelf },
        Select: 'COUNT',
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    count += Count
    after = LastEvaluatedKey
    if (after === undefined) break
  }
  return { count, isAtLeast: after !== undefined, first, last }
}

async function rimOf(table: HeldShelves, shelf: string, isFirst: boolean): Promise<string | undefined> {
  const { Items: [item] = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'shelf = :shelf',
      ExpressionAttributeValues: { ':shelf': shelf },
      ScanIndexForward: isFirst,
      Limit: 1,
      ConsistentRead: true,
    }),
  )
  return item && timeOfEntry(String(item['entry']))
}
