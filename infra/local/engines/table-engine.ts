import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { CreateTableCommand, DynamoDBClient, GetItemCommand, ResourceInUseException } from '@aws-sdk/client-dynamodb'
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda'
import dynalite from 'dynalite'
import type { Permissions } from '../permissions.ts'
import { REGION } from '../template/local-stack.ts'
import { answer, arn, deny, isAllowed, readRequest, type ServiceRequest } from './access.ts'
import { type ChangeJournal, openJournal } from './change-journal.ts'
import { listen } from './listen.ts'
import type { Change, TablePlan } from './protocol.ts'

type Item = Record<string, AttributeValue>

export interface TableEngine {
  readonly address: string
  /** Changes that were not processed when the runner last stopped. */
  readonly unprocessed: readonly Change[]
  readonly processed: (table: string, number: number) => void
  readonly stop: () => Promise<void>
}

export interface TableEngineOptions {
  readonly directory: string
  readonly tables: readonly TablePlan[]
  readonly permissions: ReadonlyMap<string, Permissions>
  readonly onChange: (change: Change) => void
}

const KEY_ONCE = /attribute_not_exists/

/** dynalite behind a boundary that asks the callers' roles, and takes the change records that dynalite doesn't have. */
export async function startTableEngine({
  directory,
  tables,
  permissions,
  onChange,
}: TableEngineOptions): Promise<TableEngine> {
  const engine = dynalite({ path: join(directory, 'dynamodb'), createTableMs: 0 })
  await listen(engine)
  const journals = new Map<string, ChangeJournal>()
  const keysOf = new Map(
    tables.map(({ create }) => [
      create.TableName,
      create.KeySchema?.map(({ AttributeName }) => AttributeName ?? '') ?? [],
    ]),
  )

  const boundary = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) =>
      answer(response, 500, { __type: 'InternalServerError', message: String(error) }),
    )
  })

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await readRequest(request)
    const table = String(asked.input['TableName'] ?? '')
    const index = asked.input['IndexName'] === undefined ? '' : `/index/${String(asked.input['IndexName'])}`
    const [action, resource] = [`dynamodb:${asked.operation}`, arn('dynamodb', `table/${table}${index}`)]
    if (!isAllowed(permissions, asked.accessKeyId, action, resource))
      return deny(response, asked.accessKeyId, action, resource)

    const journal = journals.get(table)
    if (journal === undefined || !/^(Put|Update|Delete|BatchWrite|TransactWrite)/.test(asked.operation))
      return pass(engine, request, asked, response)
    if (asked.operation !== 'PutItem') {
      return answer(response, 400, {
        __type: 'ValidationException',
        message: `${table} has a stream; the runner takes change records of PutItem alone`,
      })
    }
    await put(request, asked, response, table, journal)
  }

  const put = async (
    request: IncomingMessage,
    asked: ServiceRequest,
    response: ServerResponse,
    table: string,
    journal: ChangeJournal,
  ): Promise<void> => {
    const item = asked.input['Item'] as Item
    const keys = Object.fromEntries((keysOf.get(table) ?? []).map((key) => [key, item[key] ?? {}])) as Item
    const isNew =
      KEY_ONCE.test(String(asked.input['ConditionExpression'] ?? '')) || (await read(table, keys)) === undefined
    const number = journal.intend(keys)
    const end = response.end.bind(response)
    response.end = ((...rest: Parameters<typeof end>) => {
      if (response.statusCode === 200)
        take(table, journal, number, recordOf(isNew ? 'INSERT' : 'MODIFY', table, number, keys, item))
      else journal.nothing(number)
      return end(...rest)
    }) as typeof end
    pass(engine, request, asked, response)
  }

  const take = (table: string, journal: ChangeJournal, number: number, record: DynamoDBRecord): void => {
    journal.record(number, record)
    onChange({ table, number, record })
  }

  const address = await listen(boundary)
  const client = new DynamoDBClient({
    endpoint: address,
    region: REGION,
    credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'local' },
  })
  const read = async (table: string, keys: Item): Promise<Item | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: binaryKeys(keys), ConsistentRead: true }),
    )
    return Item as Item | undefined
  }

  for (const { create } of tables) {
    await client.send(new CreateTableCommand(create)).catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error
    })
  }

  const unprocessed: Change[] = []
  for (const { create, hasStream } of tables) {
    if (!hasStream) continue
    const table = create.TableName
    const journal = openJournal(join(directory, 'streams'), table)
    unprocessed.push(...journal.leftovers.records.map(({ number, record }) => ({ table, number, record })))
    for (const { number, keys } of journal.leftovers.intents) {
      const item = await read(table, keys)
      if (item === undefined) {
        journal.nothing(number)
        continue
      }
      const record = recordOf('INSERT', table, number, keys, encodeBinary(item))
      journal.record(number, record)
      unprocessed.push({ table, number, record })
    }
    journals.set(table, journal)
  }

  return {
    address,
    unprocessed: unprocessed.sort((a, b) => a.number - b.number),
    processed: (table, number) => journals.get(table)?.processed(number),
    stop: async () => {
      client.destroy()
      boundary.closeAllConnections()
      boundary.close()
      await new Promise((resolve) => engine.close(resolve))
    },
  }
}

/** Hands a request that was read already to the engine, in this process: no second way over the network. */
function pass(
  engine: Server,
  { method, url, headers }: IncomingMessage,
  { body }: ServiceRequest,
  response: ServerResponse,
): void {
  engine.emit('request', Object.assign(Readable.from([body]), { method, url, headers }), response)
}

function recordOf(
  eventName: 'INSERT' | 'MODIFY',
  table: string,
  number: number,
  Keys: Item,
  NewImage: Item,
): DynamoDBRecord {
  return {
    eventID: `${table}-${number}`,
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    eventSourceARN: `${arn('dynamodb', `table/${table}`)}/stream/local`,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      Keys,
      NewImage,
      SequenceNumber: String(number).padStart(21, '0'),
      StreamViewType: 'NEW_IMAGE',
    },
  }
}

/** On the wire binary values are base64 texts; the SDK wants, and gives, bytes. */
const binaryKeys = (keys: Item) =>
  Object.fromEntries(
    Object.entries(keys).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B, 'base64') },
    ]),
  ) as never

const encodeBinary = (item: Item): Item =>
  JSON.parse(
    JSON.stringify(item, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  ) as Item
