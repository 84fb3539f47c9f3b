import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { HarnessError } from '../engine/network.ts'
import type { Item } from './expressions.ts'

/** Key schemas as deployed: partition key, sort key. Sort keys named `seq` are numbers. */
export const tableKeys = {
  log: ['account', 'seq'],
  markers: ['identity', undefined],
  snapshots: ['account', 'part'],
  accounts: ['account', 'record'],
  rates: ['card', 'part'],
  held: ['shelf', 'entry'],
  requests: ['key', undefined],
  gates: ['scope', undefined],
  top_ups: ['account', 'top_up'],
} as const

export type TableName = keyof typeof tableKeys

type SortKey = string | number

/** Items of one partition, in the order of their sort keys. */
interface Partition {
  readonly keys: SortKey[]
  readonly items: Map<SortKey, Item>
}

export interface Table {
  readonly name: TableName
  readonly get: (key: Item) => Item | undefined
  readonly put: (item: Item) => void
  readonly remove: (key: Item) => void
  /** Items of a partition with sort keys from `low` to `high`, both included, in their order. */
  readonly range: (partition: string, low: SortKey | undefined, high: SortKey | undefined) => readonly Item[]
  readonly all: () => readonly Item[]
}

export function tableOf(name: TableName): Table {
  const [partitionKey, sortKey] = tableKeys[name]
  const partitions = new Map<string, Partition>()
  const sortOf = (item: Item): SortKey => {
    if (sortKey === undefined) return ''
    const value: AttributeValue | undefined = item[sortKey]
    if (sortKey === 'seq' ? value?.N === undefined : value?.S === undefined)
      throw new HarnessError(`${name}: no ${sortKey}`)
    return value?.N === undefined ? value!.S! : Number(value.N)
  }
  const partitionOf = (item: Item): string => {
    const text = item[partitionKey]?.S
    if (text === undefined || text === '') throw new HarnessError(`${name}: no ${partitionKey}`)
    return text
  }
  return {
    name,
    get: (key) => partitions.get(partitionOf(key))?.items.get(sortOf(key)),
    put: (item) => {
      const [place, sort] = [partitionOf(item), sortOf(item)]
      let partition = partitions.get(place)
      if (partition === undefined) {
        partition = { keys: [], items: new Map() }
        partitions.set(place, partition)
      }
      if (!partition.items.has(sort)) partition.keys.splice(firstFrom(partition.keys, sort), 0, sort)
      partition.items.set(sort, item)
    },
    remove: (key) => {
      const partition = partitions.get(partitionOf(key))
      const sort = sortOf(key)
      if (partition?.items.delete(sort)) partition.keys.splice(firstFrom(partition.keys, sort), 1)
    },
    range: (place, low, high) => {
      const partition = partitions.get(place)
      if (partition === undefined) return []
      const found: Item[] = []
      for (let at = low === undefined ? 0 : firstFrom(partition.keys, low); at < partition.keys.length; at += 1) {
        const key = partition.keys[at]!
        if (high !== undefined && key > high) break
        found.push(partition.items.get(key)!)
      }
      return found
    },
    all: () => [...partitions.values()].flatMap(({ keys, items }) => keys.map((key) => items.get(key)!)),
  }
}

/** The place of the first key not below `key`. */
function firstFrom(keys: readonly SortKey[], key: SortKey): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}
