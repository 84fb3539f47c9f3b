import type { Server, ServerResponse } from 'node:http'
import { join } from 'node:path'
import dynalite from 'dynalite'
import { type Access, answer, arn, boundary, deny, type ServiceRequest } from './access.ts'
import { callEngine, type EngineAnswer } from './dynamodb-call.ts'
import { listen } from './listen.ts'
import type { Change, TablePlan } from './protocol.ts'
import { type RecordedWrites, recordedWrites, type WriteOperation } from './recorded-writes.ts'
import { prepareTables } from './tables.ts'

export interface TableEngine {
  readonly address: string
  /** Changes that were not processed when the runner last stopped, in their order in each table. */
  readonly unprocessed: readonly Change[]
  readonly processed: (table: string, number: number) => void
  readonly stop: () => Promise<void>
}

export interface TableEngineOptions {
  readonly directory: string
  readonly tables: readonly TablePlan[]
  readonly isAllowed: Access
  readonly onChange: (change: Change) => void
  /** Unless told, a free one. */
  readonly port?: number
}

/** dynalite behind a boundary that asks the callers' roles, and takes the change records that dynalite doesn't have. */
export async function startTableEngine({
  directory,
  tables,
  isAllowed,
  onChange,
  port,
}: TableEngineOptions): Promise<TableEngine> {
  const engine: Server = dynalite({ path: join(directory, 'dynamodb'), createTableMs: 0 })
  // No caller uses this server, but the engine closes its database only together with it.
  await listen(engine)
  await prepareTables(engine, tables)

  const streams = new Map<string, RecordedWrites>()
  for (const { create, stream } of tables) {
    if (stream === undefined) continue
    const table = {
      name: create.TableName,
      keys: (create.KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName),
      view: stream,
    }
    streams.set(table.name, await recordedWrites(engine, table, join(directory, 'streams'), onChange))
  }

  const server = boundary(async (asked, request, response) => {
    const { accessKeyId, operation } = asked
    const action = `dynamodb:${operation}`
    for (const resource of resourcesOf(asked))
      if (!isAllowed(accessKeyId, action, resource)) return deny(response, accessKeyId, action, resource)

    const carryOut = (): Promise<EngineAnswer> => callEngine(engine, request.headers, asked.body)
    const stream = tableNames(asked)
      .map((table) => streams.get(table))
      .find((found) => found !== undefined)
    if (stream === undefined || !/Write|^(Put|Update|Delete)/.test(operation)) return send(response, await carryOut())
    if (!isWrite(operation)) {
      const message = `a table has a stream, and the runner takes change records of PutItem, UpdateItem and DeleteItem alone, not of ${operation}`
      return answer(response, 400, { __type: 'com.amazon.coral.validate#ValidationException', message })
    }
    send(response, await stream.write(operation, asked.input, carryOut))
  })
  const listening = await listen(server, port)

  return {
    address: listening.address,
    unprocessed: [...streams.values()].flatMap(({ unprocessed }) => unprocessed),
    processed: (table, number) => streams.get(table)?.processed(number),
    stop: async () => {
      listening.stop()
      await new Promise((resolve) => engine.close(resolve))
    },
  }
}

const isWrite = (operation: string): operation is WriteOperation => /^(Put|Update|Delete)Item$/.test(operation)

/** A request names one table, or several in a batch. */
function tableNames({ input }: ServiceRequest): readonly string[] {
  const batch = input['RequestItems']
  if (typeof batch === 'object' && batch !== null) return Object.keys(batch)
  return typeof input['TableName'] === 'string' ? [input['TableName']] : []
}

function resourcesOf(asked: ServiceRequest): readonly string[] {
  const index = typeof asked.input['IndexName'] === 'string' ? `/index/${asked.input['IndexName']}` : ''
  const names = tableNames(asked)
  return names.length === 0 ? ['*'] : names.map((name) => arn('dynamodb', `table/${name}${index}`))
}

function send(response: ServerResponse, { status, headers, body }: EngineAnswer): void {
  response.writeHead(status, headers)
  response.end(body)
}
