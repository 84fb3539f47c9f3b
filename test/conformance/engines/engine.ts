import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'

/** A DynamoDB engine of this machine, in a process of its own. */
export interface Engine {
  readonly name: EngineName
  readonly endpoint: string
  readonly stop: () => Promise<void>
}

/** `embedded`: what Groschen runs on without AWS (dynalite). `official`: Amazon's DynamoDB Local. */
export type EngineName = 'embedded' | 'official'

/** Any will do: engines of this machine check that there are some, not which. */
export const accessTo = (endpoint: string): DynamoDBClientConfig => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
})

/** Lets `documentClient()` of this process find the engine, as the environment of a function does. */
export function pointTo(endpoint: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
}

/** Partition key, sort key. Sort keys named `seq` are numbers. */
export type Keys = readonly [string] | readonly [string, string]

/** Makes tables, by name. */
export async function createTables(endpoint: string, tables: Readonly<Record<string, Keys>>): Promise<void> {
  const client = new DynamoDBClient(accessTo(endpoint))
  for (const [name, keys] of Object.entries(tables)) {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys.map((key, place) => ({ AttributeName: key, KeyType: place === 0 ? 'HASH' : 'RANGE' })),
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: key === 'seq' ? 'N' : 'S' })),
      }),
    )
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName: name })
  }
  client.destroy()
}
