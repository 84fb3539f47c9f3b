import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { grantObjects } from './bucket.ts'
import { acknowledgeIndexes, lambdaFunction } from './lambda-function.ts'
import type { PaymentSettings } from './payment-settings.ts'
import { schedule } from './schedule.ts'
import { TOP_UP_TIMEOUT_SECONDS, type TopUpQueues } from './top-up-queues.ts'

export interface TopUpsProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly log: Table
  readonly markers: Table
  readonly archive: Bucket
  readonly accounts: Table
  readonly topUps: Table
  readonly bus: EventBus
  readonly queues: TopUpQueues
  readonly payments: PaymentSettings
}

/** Top-up queue, and every 15 minutes → payments at the provider and credits in the log. */
export class TopUps extends Construct {
  readonly topUp: IFunction

  constructor(
    scope: Construct,
    id: string,
    { key, stage, log, markers, archive, accounts, topUps, bus, queues, payments }: TopUpsProps,
  ) {
    super(scope, id)
    const topUp = lambdaFunction(this, 'TopUp', {
      name: 'top-up',
      key,
      stage,
      memoryMegabytes: 1024,
      timeoutSeconds: TOP_UP_TIMEOUT_SECONDS,
      environment: {
        LOG_TABLE: log.tableName,
        MARKERS_TABLE: markers.tableName,
        ARCHIVE_BUCKET: archive.bucketName,
        ACCOUNTS_TABLE: accounts.tableName,
        TOP_UPS_TABLE: topUps.tableName,
        EVENT_BUS: bus.eventBusName,
        ...payments.environment,
      },
    })
    this.topUp = topUp
    log.grant(topUp, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    markers.grant(topUp, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
    grantObjects(archive, topUp, ['s3:GetObject'], 'index')
    accounts.grant(topUp, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    topUps.grant(topUp, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    acknowledgeIndexes(topUp, 'AccountsTable')
    acknowledgeIndexes(topUp, 'TopUpsTable')
    bus.grantPutEventsTo(topUp)
    payments.grant(topUp)
    topUp.addEventSource(
      new SqsEventSource(queues.queue, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }),
    )
    schedule(this, 'Reconcile', {
      description: 'Holds the payments of the provider and our credits against each other',
      function: topUp,
      everyMinutes: 15,
      input: { reconcile: true },
    })
  }
}
