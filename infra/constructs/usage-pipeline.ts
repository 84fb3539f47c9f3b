import { Duration } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { AccountLog } from './account-log.ts'
import { lambdaFunction } from './lambda-function.ts'
import { lastStop, queue } from './queue.ts'

export interface UsagePipelineProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly log: AccountLog
  readonly rates: Table
  readonly held: Table
}

const TIMEOUT_SECONDS = 60

/** AWS: a visibility timeout of at least six times the function's timeout, or messages come back while they are worked on. */
const VISIBILITY_SECONDS = 6 * TIMEOUT_SECONDS

/**
 * Usage queue → price-usage → account log. What can't be committed in twenty receives waits two weeks in `deadLetters`.
 *
 * Few, large batches are the contention control: up to 1,000 messages, filled for a second, five at a time.
 */
export class UsagePipeline extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue
  readonly priceUsage: IFunction

  constructor(scope: Construct, id: string, { key, stage, log, rates, held }: UsagePipelineProps) {
    super(scope, id)
    this.deadLetters = lastStop(this, 'DeadLetters', key)
    this.queue = queue(this, 'UsageQueue', {
      key,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(VISIBILITY_SECONDS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 20 },
    })

    const priceUsage = lambdaFunction(this, 'PriceUsage', {
      name: 'price-usage',
      key,
      stage,
      memoryMegabytes: 1024,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: {
        ...log.commitEnvironment,
        RATES_TABLE: rates.tableName,
        HELD_TABLE: held.tableName,
        USAGE_QUEUE_URL: this.queue.queueUrl,
      },
    })
    this.priceUsage = priceUsage
    log.grantCommit(priceUsage)
    rates.grant(priceUsage, 'dynamodb:GetItem', 'dynamodb:Query')
    held.grant(priceUsage, 'dynamodb:GetItem', 'dynamodb:PutItem')
    priceUsage.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 1000,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: 5,
        reportBatchItemFailures: true,
      }),
    )
  }
}
