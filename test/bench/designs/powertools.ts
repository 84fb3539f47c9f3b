import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Context } from 'aws-lambda'
import type { UsageEvent } from '../../../shared/usage/usage-event.ts'
import { chargeOf } from '../traffic/proposal.ts'
import type { Design } from './design.ts'
import { taken } from './ledger-item.ts'

/** Powertools' own package around the decrement of a balance: a record claimed, the balance, the record completed. */
export const powertools: Design = {
  name: 'Powertools Idempotency + UpdateItem',
  eventsACommit: 1,
  exactlyOnce: 'no: a failure after the decrement charges again',
  commits: 400,
  process: ({ client, documents }) => {
    const lambdaContext = { getRemainingTimeInMillis: () => 60_000 } as Context
    const charge = makeIdempotent(
      async (event: UsageEvent) => {
        await documents.send(
          new UpdateCommand({
            TableName: 'balances',
            Key: { account: event.account },
            UpdateExpression: 'ADD balance :taken',
            ExpressionAttributeValues: { ':taken': taken(chargeOf(event).credits) },
          }),
        )
      },
      {
        persistenceStore: new DynamoDBPersistenceLayer({ tableName: 'idempotency', awsSdkV3Client: client }),
        config: new IdempotencyConfig({ eventKeyJmesPath: '[source, id]', lambdaContext }),
      },
    )
    return async (_account, events) => {
      for (const event of events) await charge(event)
    }
  },
}
