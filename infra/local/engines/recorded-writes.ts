import type { Server } from 'node:http'
import { type ChangeJournal, openJournal } from './change-journal.ts'
import { changeRecord, type Item, type ItemChange, type StreamView } from './change-record.ts'
import { ask, type EngineAnswer } from './dynamodb-call.ts'
import type { Change } from './protocol.ts'

/** A table whose changes are taken. */
export interface StreamedTable {
  readonly name: string
  readonly keys: readonly string[]
  readonly view: StreamView
}

export interface RecordedWrites {
  /** Changes that were not processed when the runner last stopped, in their order. */
  readonly unprocessed: readonly Change[]
  /** Carries a write out, and takes its change before it answers. */
  readonly write: (
    operation: WriteOperation,
    input: WriteInput,
    carryOut: () => Promise<EngineAnswer>,
  ) => Promise<EngineAnswer>
  readonly processed: (number: number) => void
}

export type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem'

interface WriteInput {
  readonly Item?: Item
  readonly Key?: Item
  readonly ConditionExpression?: string
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>
}

/**
 * Takes the change records of a table's writes, at the engine's request boundary.
 *
 * Writes of one key go one after the other, so that its records are in the order of its writes.
 */
export async function recordedWrites(
  engine: Server,
  table: StreamedTable,
  journalFolder: string,
  onChange: (change: Change) => void,
): Promise<RecordedWrites> {
  const journal = openJournal(journalFolder, table.name)
  const inOrder = oneAtATime()
  const read = async (Key: Item): Promise<Item | undefined> =>
    (await ask<{ Item?: Item }>(engine, 'GetItem', { TableName: table.name, Key, ConsistentRead: true })).Item

  const take = (number: number, change: ItemChange): void => {
    const record = changeRecord(table.name, table.view, number, change)
    if (record === undefined) {
      journal.nothing(number)
      return
    }
    journal.record(number, record)
    onChange({ table: table.name, number, record })
  }

  return {
    unprocessed: await leftovers(table, journal, read),
    write: (operation, input, carryOut) => {
      const keys = keysOf(table, operation === 'PutItem' ? input.Item : input.Key)
      // Without its keys the write fails: the engine says how.
      if (keys === undefined) return carryOut()
      return inOrder(JSON.stringify(keys), async () => {
        const before = operation === 'PutItem' && putsIfAbsent(table, input) ? undefined : await read(keys)
        const number = journal.intend(keys, operation === 'DeleteItem')
        const answered = await carryOut()
        if (answered.status !== 200) journal.nothing(number)
        else take(number, { keys, before, after: operation === 'PutItem' ? input.Item : await read(keys) })
        return answered
      })
    },
    processed: journal.processed,
  }
}

/** Where the outcome of a write is unknown, the item itself decides: streams deliver at least once. */
async function leftovers(
  { name, view }: StreamedTable,
  journal: ChangeJournal,
  read: (keys: Item) => Promise<Item | undefined>,
): Promise<readonly Change[]> {
  const changes: Change[] = journal.leftovers.records.map((left) => ({ table: name, ...left }))
  for (const { number, keys, deletes } of journal.leftovers.intents) {
    const after = await read(keys)
    const before = deletes && after === undefined ? keys : undefined
    const record = changeRecord(name, view, number, { keys, before, after })
    if (record === undefined) journal.nothing(number)
    else {
      journal.record(number, record)
      changes.push({ table: name, number, record })
    }
  }
  return changes.sort((a, b) => a.number - b.number)
}

function keysOf({ keys }: StreamedTable, item: Item | undefined): Item | undefined {
  const own = keys.flatMap((key) => (item?.[key] === undefined ? [] : [[key, item[key]] as const]))
  return own.length === keys.length ? Object.fromEntries(own) : undefined
}

/** A put that succeeds only where there was nothing needs no look at what was there. */
function putsIfAbsent({ keys }: StreamedTable, { ConditionExpression = '', ...names }: WriteInput): boolean {
  const [, named = ''] = /^\s*attribute_not_exists\s*\(\s*([#\w-]+)\s*\)\s*$/.exec(ConditionExpression) ?? []
  return keys.includes(names.ExpressionAttributeNames?.[named] ?? named)
}

function oneAtATime(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
