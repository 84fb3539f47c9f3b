import { Duration } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { bucket, grantObjects } from './bucket.ts'
import { acknowledgeIndexes, lambdaFunction } from './lambda-function.ts'
import { schedule } from './schedule.ts'

export interface CheckpointsProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly log: Table
  readonly accounts: Table
}

/** Longer than a business year, so that auditors find each of its days. */
const LOCKED_DAYS = 400

/**
 * The heads of all logs, day by day, where no one can change them: they anchor the chains of hashes outside of the table.
 *
 * In the stage `prod` not even the owner of the AWS account can remove a checkpoint before its time; elsewhere one who
 * may bypass governance can.
 */
export class Checkpoints extends Construct {
  readonly bucket: Bucket
  readonly writeCheckpoints: IFunction

  constructor(scope: Construct, id: string, { key, stage, log, accounts }: CheckpointsProps) {
    super(scope, id)
    this.bucket = bucket(this, 'CheckpointBucket', {
      key,
      lock: { for: Duration.days(LOCKED_DAYS), isFinal: stage === 'prod' },
    })
    denyChange(this.bucket)
    const writeCheckpoints = lambdaFunction(this, 'WriteCheckpoints', {
      name: 'write-checkpoints',
      key,
      stage,
      memoryMegabytes: 512,
      timeoutSeconds: 300,
      environment: {
        LOG_TABLE: log.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        CHECKPOINT_BUCKET: this.bucket.bucketName,
      },
    })
    this.writeCheckpoints = writeCheckpoints
    log.grant(writeCheckpoints, 'dynamodb:Query')
    accounts.grant(writeCheckpoints, 'dynamodb:Query')
    acknowledgeIndexes(writeCheckpoints, 'AccountsTable')
    grantObjects(this.bucket, writeCheckpoints, ['s3:GetObject', 's3:PutObject'], 'checkpoints')
    schedule(this, 'Daily', {
      description:
        'Writes the checkpoint of the day, and goes on with one that is not done; once it is done nothing more happens',
      function: writeCheckpoints,
      everyMinutes: 10,
    })
  }
}

/** A lock keeps versions, not names. This rule keeps a newer object from hiding a locked one. */
function denyChange(of: Bucket): void {
  const everybody = { effect: Effect.DENY, principals: [new AnyPrincipal()], resources: [of.arnForObjects('*')] }
  of.addToResourcePolicy(
    new PolicyStatement({
      ...everybody,
      actions: ['s3:PutObject'],
      conditions: { Null: { 's3:if-none-match': 'true' } },
    }),
  )
  of.addToResourcePolicy(new PolicyStatement({ ...everybody, actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'] }))
}
