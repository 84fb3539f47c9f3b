import {
  type AttributeValue,
  ConditionalCheckFailedException,
  InternalServerError,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
} from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { Documents } from '../../../shared/aws/document-client.ts'
import type { Machine } from '../engine/machine.ts'
import { HarnessError, type Network, type ServiceErrors } from '../engine/network.ts'
import { applyUpdate, assertAllUsed, holds, type Item, parseCondition } from './expressions.ts'
import { canonicalNumbers, itemsOf, sliceOf } from './query.ts'
import { type Table, type TableName, tableKeys } from './tables.ts'

/** Who asked for a write, and in which of its invocations; it may be done much later. */
export interface Writer {
  readonly machine: Machine
  readonly invocation: number
  /** When that invocation began. */
  readonly invokedAt: number
}

const writerOf = (machine: Machine): Writer => ({
  machine,
  invocation: machine.invocation,
  invokedAt: machine.invokedAt,
})

export interface Database {
  readonly tables: Readonly<Record<TableName, Table>>
  /** Told of every write that was done. */
  readonly onWrite: (table: TableName, item: Item, before: Item | undefined, writer: Writer) => void
  /** One answer of a query brings so many bytes; DynamoDB: 1 MB. */
  readonly queryBytes: number
  /** Whether a failed condition hands back the item, as asked; not all engines do. */
  readonly returnsItem: () => boolean
  /** Accounts as the global index shows them: a moment late. */
  readonly indexedAccounts: () => readonly string[]
}

const errors: ServiceErrors = {
  throttle: (unit) => {
    const $metadata = { httpStatusCode: 400, attempts: 3 }
    if (unit < 0.5) return new ProvisionedThroughputExceededException({ message: 'throttled', $metadata })
    if (unit < 0.8) return new ThrottlingException({ message: 'throttled', $metadata })
    return new RequestLimitExceeded({ message: 'throttled', $metadata })
  },
  serverError: () =>
    new InternalServerError({ message: 'internal error', $metadata: { httpStatusCode: 500, attempts: 3 } }),
}

/** The document client of one process: what the store sends, done on the simulated tables. */
export function documentsOf(network: Network, machine: Machine, database: Database): Documents {
  const send = async (command: unknown): Promise<unknown> => {
    try {
      const { what, execute } = operationOf(database, writerOf(machine), command)
      return await network.call(machine, { what, attempts: 3, errors }, execute)
    } catch (error) {
      if (error instanceof HarnessError) network.refuse(error)
      throw error
    }
  }
  return { send } as unknown as Documents
}

interface Operation {
  readonly what: string
  readonly execute: () => unknown
}

function operationOf(database: Database, writer: Writer, command: unknown): Operation {
  if (command instanceof PutCommand) return putOf(database, writer, command.input)
  if (command instanceof GetCommand) return getOf(database, command.input)
  if (command instanceof QueryCommand) return queryOf(database, command.input)
  if (command instanceof UpdateCommand) return updateOf(database, writer, command.input)
  if (command instanceof DeleteCommand) return deleteOf(database, writer, command.input)
  throw new HarnessError(`no such command is simulated: ${String(command?.constructor?.name)}`)
}

function tableOf({ tables }: Database, name: string | undefined): Table {
  const table = tables[name as TableName]
  if (table === undefined) throw new HarnessError(`no table ${name}`)
  return table
}

function assertKnown(input: object, known: readonly string[]): void {
  const other = Object.keys(input).find((key) => !known.includes(key))
  if (other !== undefined) throw new HarnessError(`${other} is not simulated`)
}

const toItem = (plain: Readonly<Record<string, unknown>> | undefined): Item =>
  canonicalNumbers(marshall(plain ?? {}, { removeUndefinedValues: true }) as Record<string, AttributeValue>)
const toValues = (plain: Readonly<Record<string, unknown>> | undefined) => plain && toItem(plain)

/** Numbers as the texts DynamoDB sends, as the store's own client has it. */
const fromItem = (item: Item): Record<string, unknown> =>
  unmarshall(item as Record<string, AttributeValue>, { wrapNumbers: (digits: string) => digits })

const EXPRESSION = ['ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues']

function putOf(database: Database, writer: Writer, input: PutCommand['input']): Operation {
  assertKnown(input, ['TableName', 'Item', 'ReturnValuesOnConditionCheckFailure', ...EXPRESSION])
  const table = tableOf(database, input.TableName)
  const item = toItem(input.Item)
  const values = toValues(input.ExpressionAttributeValues)
  const names = input.ExpressionAttributeNames
  assertAllUsed([input.ConditionExpression], names, values)
  const condition = input.ConditionExpression === undefined ? undefined : parseCondition(input.ConditionExpression)
  const execute = () => {
    const before = table.get(item)
    if (condition !== undefined && !holds(condition, before, names, values)) {
      throw refusal(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && database.returnsItem(), before)
    }
    table.put(item)
    database.onWrite(table.name, item, before, writer)
    return {}
  }
  return { what: `put ${describe(table, item)}`, execute }
}

function refusal(withItem: boolean, item: Item | undefined): Error {
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: { httpStatusCode: 400 },
    ...(withItem && item !== undefined && { Item: { ...item } }),
  })
}

function getOf(database: Database, input: GetCommand['input']): Operation {
  assertKnown(input, ['TableName', 'Key', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames'])
  if (input.ConsistentRead !== true) throw new HarnessError('a get that is not consistent')
  const table = tableOf(database, input.TableName)
  const key = toItem(input.Key)
  assertAllUsed([input.ProjectionExpression], input.ExpressionAttributeNames, undefined)
  const shown = input.ProjectionExpression?.split(',').map((name) => {
    const trimmed = name.trim()
    return trimmed.startsWith('#') ? input.ExpressionAttributeNames![trimmed]! : trimmed
  })
  const execute = () => {
    const item = table.get(key)
    if (item === undefined) return {}
    if (shown === undefined) return { Item: fromItem(item) }
    return { Item: fromItem(Object.fromEntries(shown.flatMap((name) => (item[name] ? [[name, item[name]]] : [])))) }
  }
  return { what: `get ${describe(table, key)}`, execute }
}

function queryOf(database: Database, input: QueryCommand['input']): Operation {
  assertKnown(input, [
    ...['TableName', 'IndexName', 'KeyConditionExpression', 'ScanIndexForward', 'Limit', 'ConsistentRead'],
    ...['ExclusiveStartKey', 'ExpressionAttributeNames', 'ExpressionAttributeValues', 'Select', 'FilterExpression'],
  ])
  const table = tableOf(database, input.TableName)
  const values = toValues(input.ExpressionAttributeValues)
  assertAllUsed([input.KeyConditionExpression, input.FilterExpression], input.ExpressionAttributeNames, values)
  if (input.IndexName !== undefined) return indexQueryOf(database, input, values)
  if (input.ConsistentRead !== true) throw new HarnessError('a query that is not consistent')
  const condition = parseCondition(input.KeyConditionExpression ?? '')
  const after = input.ExclusiveStartKey && toItem(input.ExclusiveStartKey)
  const filter = input.FilterExpression === undefined ? undefined : parseCondition(input.FilterExpression)
  const execute = () => {
    const ascending = itemsOf(table, condition, input.ExpressionAttributeNames, values)
    const items = input.ScanIndexForward === false ? [...ascending].reverse() : ascending
    const slice = sliceOf(table, items, after, input.Limit, database.queryBytes)
    // After the limit, as DynamoDB does: an answer may be empty though more follows.
    const passing = slice.items.filter(
      (item) => filter === undefined || holds(filter, item, input.ExpressionAttributeNames, values),
    )
    return {
      ...(input.Select === 'COUNT' ? { Count: passing.length } : { Items: passing.map(fromItem) }),
      ...(slice.last && { LastEvaluatedKey: fromItem(keyOf(table, slice.last)) }),
    }
  }
  return { what: `query ${table.name} ${Object.values(input.ExpressionAttributeValues ?? {}).join(' ')}`, execute }
}

function indexQueryOf(database: Database, input: QueryCommand['input'], values: Item | undefined): Operation {
  if (input.IndexName === 'by-lane') return laneQueryOf(database, input, values)
  const isKnown = input.IndexName === 'by-record' && input.ConsistentRead !== true && !input.ExclusiveStartKey
  if (!isKnown || input.KeyConditionExpression !== '#record = :record AND account > :after') {
    throw new HarnessError(`no such query of an index: ${JSON.stringify(input)}`)
  }
  const execute = () => {
    const accounts = database.indexedAccounts().filter((account) => account > (values?.[':after']?.S ?? ''))
    return { Items: accounts.slice(0, input.Limit).map((account) => ({ account, record: 'account' })) }
  }
  return { what: `query by-record ${values?.[':after']?.S}`, execute }
}

const LANES = ['lane = :lane AND updatedAt >= :from', 'lane = :lane AND updatedAt < :since']

/** Top-ups by lane, the longest untouched first. */
function laneQueryOf({ tables }: Database, input: QueryCommand['input'], values: Item | undefined): Operation {
  if (!LANES.includes(input.KeyConditionExpression ?? '') || input.ExclusiveStartKey)
    throw new HarnessError(`no such query of an index: ${JSON.stringify(input)}`)
  const since = values?.[':since'] === undefined ? Number.POSITIVE_INFINITY : Number(values[':since'].N)
  const from = Number(values?.[':from']?.N ?? '0')
  const execute = () => {
    const items = tables.top_ups
      .all()
      .filter((item) => item['lane']?.S === values?.[':lane']?.S)
      .filter((item) => Number(item['updatedAt']?.N) < since && Number(item['updatedAt']?.N) >= from)
      .sort((a, b) => Number(a['updatedAt']?.N) - Number(b['updatedAt']?.N))
    return { Items: items.slice(0, input.Limit).map(fromItem) }
  }
  return { what: `query by-lane ${values?.[':lane']?.S}`, execute }
}

function updateOf(database: Database, writer: Writer, input: UpdateCommand['input']): Operation {
  assertKnown(input, ['TableName', 'Key', 'UpdateExpression', ...EXPRESSION])
  const table = tableOf(database, input.TableName)
  const key = toItem(input.Key)
  const names = input.ExpressionAttributeNames
  const values = toValues(input.ExpressionAttributeValues)
  assertAllUsed([input.UpdateExpression, input.ConditionExpression], names, values)
  const condition = parseCondition(input.ConditionExpression ?? '')
  const execute = () => {
    const before = table.get(key)
    if (!holds(condition, before, names, values)) {
      throw refusal(false, before)
    }
    const item = applyUpdate(input.UpdateExpression ?? '', before ?? key, names, values)
    table.put(item)
    database.onWrite(table.name, item, before, writer)
    return {}
  }
  return { what: `update ${describe(table, key)}`, execute }
}

function deleteOf(database: Database, writer: Writer, input: DeleteCommand['input']): Operation {
  assertKnown(input, ['TableName', 'Key', ...EXPRESSION])
  const table = tableOf(database, input.TableName)
  const key = toItem(input.Key)
  const values = toValues(input.ExpressionAttributeValues)
  const names = input.ExpressionAttributeNames
  assertAllUsed([input.ConditionExpression], names, values)
  const condition = input.ConditionExpression === undefined ? undefined : parseCondition(input.ConditionExpression)
  if (table.name === 'log' || table.name === 'markers') throw new HarnessError(`a delete in ${table.name}`)
  const execute = () => {
    const before = table.get(key)
    if (condition !== undefined && !holds(condition, before, names, values)) throw refusal(false, before)
    table.remove(key)
    if (before !== undefined) database.onWrite(table.name, key, before, writer)
    return {}
  }
  return { what: `delete ${describe(table, key)}`, execute }
}

function keyOf(table: Table, item: Item): Item {
  const [partition, sort] = tableKeys[table.name]
  return { [partition]: item[partition]!, ...(sort && { [sort]: item[sort]! }) }
}

function describe(table: Table, item: Item): string {
  const [partition, sort] = tableKeys[table.name]
  const value = sort === undefined ? undefined : item[sort]
  return `${table.name} ${item[partition]?.S}${value === undefined ? '' : `/${value.S ?? value.N}`}`
}
