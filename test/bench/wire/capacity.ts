import { itemSize, type WireItem } from './item-size.ts'

/** AWS: a write unit is 1 KB written, a read unit 4 KB read consistently; a transaction costs twice as much. */
const WRITE_UNIT_BYTES = 1024
const READ_UNIT_BYTES = 4096
const TRANSACTION = 2
const EVENTUALLY = 0.5

export interface Units {
  readonly write: number
  readonly read: number
  /** Of items put, once each. */
  readonly putBytes: number
}

export const noUnits: Units = { write: 0, read: 0, putBytes: 0 }

interface Written {
  readonly Item?: WireItem
  readonly Key?: WireItem
  readonly ExpressionAttributeValues?: WireItem
}

/** What a request holds that its units depend on; every command has some of it. */
export interface WireRequest extends Written {
  readonly ConsistentRead?: boolean
  readonly TransactItems?: readonly Readonly<Record<string, Written>>[]
}

export interface WireAnswer {
  readonly Item?: WireItem
  readonly Items?: readonly WireItem[]
}

/**
 * Units of a request by DynamoDB's documented rules; never what an engine says of itself (the official local one counts a
 * transaction of 100 as 4).
 *
 * An update is charged by the whole item, which the wire does not show: its key and new values stand in for it. That is
 * the least it can cost, and right for items below 1 KB, the only ones updated here. A write refused by its condition
 * costs as much as one that was not. A projected read is charged by what came: less than DynamoDB charges.
 */
export function unitsOf(command: string, request: WireRequest, answer: WireAnswer | undefined): Units {
  switch (command) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return written(request, 1)
    case 'TransactWriteItems':
      return (request.TransactItems ?? [])
        .flatMap((action) => Object.values(action))
        .map((action) => written(action, TRANSACTION))
        .reduce(plusUnits, noUnits)
    case 'GetItem':
      return read([answer?.Item ?? {}], request)
    case 'Query':
      return read(answer?.Items ?? [], request)
    default:
      throw new TypeError(`no rule for the units of ${command}`)
  }
}

export const plusUnits = (a: Units, b: Units): Units => ({
  write: a.write + b.write,
  read: a.read + b.read,
  putBytes: a.putBytes + b.putBytes,
})

function written({ Item, Key, ExpressionAttributeValues }: Written, factor: number): Units {
  const bytes = Item ? itemSize(Item) : itemSize({ ...Key, ...ExpressionAttributeValues })
  const write = Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES)) * factor
  return { ...noUnits, write, putBytes: Item ? bytes : 0 }
}

/** A Query is charged by the sum of what it read, rounded up once. */
function read(items: readonly WireItem[], { ConsistentRead }: WireRequest): Units {
  const bytes = items.reduce((sum, item) => sum + itemSize(item), 0)
  const units = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (ConsistentRead ? 1 : EVENTUALLY)
  return { ...noUnits, read: units }
}
