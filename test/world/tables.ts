import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { type Documents, documentClient } from '../../shared/aws/document-client.ts'

/** Key schemas as in the deployed template: partition key, sort key. Sort keys named `seq` are numbers. */
const KEYS = {
  log: ['account', 'seq'],
  restoredLog: ['account', 'seq'],
  restoredTwiceLog: ['account', 'seq'],
  markers: ['identity'],
  snapshots: ['account', 'part'],
  accounts: ['account', 'record'],
  rates: ['card', 'part'],
  drafts: ['draft', 'part'],
  held: ['shelf', 'entry'],
  requests: ['key'],
  gates: ['scope'],
  top_ups: ['account', 'top_up'],
  payment_events: ['event'],
  notices: ['notice'],
} as const

export type TableName = keyof typeof KEYS

const NUMBERS = new Set(['seq', 'updatedAt'])

interface Index {
  readonly name: string
  readonly keys: readonly string[]
  readonly projection: 'ALL' | 'KEYS_ONLY'
}

const INDEXES: Readonly<Record<string, readonly Index[]>> = {
  accounts: [{ name: 'by-record', keys: ['record', 'account'], projection: 'KEYS_ONLY' }],
  top_ups: [
    { name: 'by-time', keys: ['account', 'created'], projection: 'ALL' },
    { name: 'by-lane', keys: ['lane', 'updatedAt'], projection: 'ALL' },
  ],
}

export interface Tables {
  readonly endpoint: string
  readonly names: Readonly<Record<TableName, string>>
  readonly documents: Documents
  readonly stop: () => Promise<void>
}

/** The embedded DynamoDB engine with all tables, empty; the SDK of this process talks to it. */
export async function startTables(): Promise<Tables> {
  const server = dynalite({ createTableMs: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const client = new DynamoDBClient({})
  for (const [name, keys] of Object.entries(KEYS)) await client.send(new CreateTableCommand(tableOf(name, keys)))
  client.destroy()
  const documents = documentClient()
  const names = Object.fromEntries(Object.keys(KEYS).map((name) => [name, name])) as Tables['names']
  const stop = async () => {
    documents.destroy()
    server.close()
    await once(server, 'close')
  }
  return { endpoint, names, documents, stop }
}

function tableOf(name: string, keys: readonly string[]): CreateTableCommandInput {
  const indexes = INDEXES[name] ?? []
  const attributes = new Set([...keys, ...indexes.flatMap(({ keys: of }) => of)])
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map((key, place) => ({ AttributeName: key, KeyType: place === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: [...attributes].map((key) => ({
      AttributeName: key,
      AttributeType: NUMBERS.has(key) ? 'N' : 'S',
    })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(({ name: IndexName, keys: of, projection }) => ({
        IndexName,
        KeySchema: of.map((key, place) => ({ AttributeName: key, KeyType: place === 0 ? 'HASH' : 'RANGE' })),
        Projection: { ProjectionType: projection },
      })),
    }),
  }
}
