import { Duration, Validations } from 'aws-cdk-lib'
import { type ITable, StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb'
import { type CfnEventBus, EventBus } from 'aws-cdk-lib/aws-events'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { bucket, grantObjects } from './bucket.ts'
import { acknowledgeIndexes, lambdaFunction } from './lambda-function.ts'
import { lastStop } from './queue.ts'
import { schedule } from './schedule.ts'
import { number, table, text } from './table.ts'

export interface AccountLogProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly accounts: Table
  readonly topUpQueue: Queue
}

/**
 * The account log with its markers and its archive, and what follows it: project-log, woken by the stream and each minute.
 *
 * Nothing may change or delete a page: who writes gets GetItem, Query and PutItem, action by action. No TTL, no local
 * index, one region (account-log, "Change and restore").
 */
export class AccountLog extends Construct {
  readonly log: Table
  readonly markers: Table
  readonly snapshots: Table
  readonly bus: EventBus
  readonly projectLog: IFunction
  readonly failedHints: Queue
  readonly archive: Bucket

  constructor(scope: Construct, id: string, { key, stage, accounts, topUpQueue }: AccountLogProps) {
    super(scope, id)
    this.log = table(this, 'LogTable', {
      key,
      partitionKey: 'account',
      sortKey: number('seq'),
      // Hints alone: pages are read from the table.
      stream: StreamViewType.KEYS_ONLY,
    })
    this.markers = table(this, 'MarkersTable', { key, partitionKey: 'identity' })
    this.snapshots = table(this, 'SnapshotsTable', { key, partitionKey: 'account', sortKey: text('part') })
    this.bus = eventBus(this, stage)
    this.archive = bucket(this, 'ArchiveBucket', { key })
    this.failedHints = lastStop(this, 'FailedHints', key)

    const projectLog = lambdaFunction(this, 'ProjectLog', {
      name: 'project-log',
      key,
      stage,
      memoryMegabytes: 1024,
      timeoutSeconds: 60,
      environment: {
        LOG_TABLE: this.log.tableName,
        SNAPSHOTS_TABLE: this.snapshots.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        EVENT_BUS: this.bus.eventBusName,
        ARCHIVE_BUCKET: this.archive.bucketName,
        TOP_UP_QUEUE_URL: topUpQueue.queueUrl,
      },
    })
    this.projectLog = projectLog
    this.log.grant(projectLog, 'dynamodb:GetItem', 'dynamodb:Query')
    this.snapshots.grant(projectLog, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem')
    accounts.grant(projectLog, 'dynamodb:GetItem', 'dynamodb:Query')
    this.bus.grantPutEventsTo(projectLog)
    topUpQueue.grant(projectLog, 'sqs:SendMessage')
    grantObjects(this.archive, projectLog, ['s3:PutObject'], 'log')
    grantObjects(this.archive, projectLog, ['s3:PutObject'], 'index')
    grantObjects(this.archive, projectLog, ['s3:PutObject'], 'set-aside')
    acknowledgeIndexes(projectLog, 'AccountsTable')
    if (key !== undefined) acknowledgeKeyOfFailures(projectLog)

    projectLog.addEventSource(
      new DynamoEventSource(this.log as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        parallelizationFactor: 1,
        bisectBatchOnError: true,
        retryAttempts: 5,
        onFailure: new SqsDlq(this.failedHints),
      }),
    )
    schedule(this, 'Sweep', {
      description: 'Finds accounts whose wake-up by the stream got lost',
      function: projectLog,
      everyMinutes: 1,
      input: { sweep: true },
    })
  }

  /** Lets a function commit to logs, by this environment: it appends pages, claims markers, and reads the indexes of ids. */
  grantCommit(to: IFunction): void {
    this.log.grant(to, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    this.markers.grant(to, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
    grantObjects(this.archive, to, ['s3:GetObject'], 'index')
  }

  get commitEnvironment(): Readonly<Record<'LOG_TABLE' | 'MARKERS_TABLE' | 'ARCHIVE_BUCKET', string>> {
    return {
      LOG_TABLE: this.log.tableName,
      MARKERS_TABLE: this.markers.tableName,
      ARCHIVE_BUCKET: this.archive.bucketName,
    }
  }
}

/** Under a name and an id that no refactoring changes: rules of other stacks hang on it. */
function eventBus(scope: Construct, stage: string): EventBus {
  const made = new EventBus(scope, 'Bus', { eventBusName: `groschen-${stage}` })
  const resource = made.node.defaultChild as CfnEventBus
  resource.overrideLogicalId('EventBus')
  return made
}

/** The failure destination's own grant on the queue's key is written by the CDK. */
function acknowledgeKeyOfFailures({ role }: IFunction): void {
  if (role === undefined) return
  for (const action of ['kms:ReEncrypt*', 'kms:GenerateDataKey*']) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Action::${action}]`,
      reason: 'on this one key, so that failed batches can be put into an encrypted queue',
    })
  }
}
