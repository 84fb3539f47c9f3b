import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { grantObjects } from './bucket.ts'
import { lambdaFunction } from './lambda-function.ts'
import { schedule } from './schedule.ts'

export interface FollowRatesProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly log: Table
  readonly markers: Table
  readonly archive: Bucket
  readonly rates: Table
  readonly held: Table
  readonly bus: EventBus
}

/** Each minute: new versions of the rate card are told, parked events that have a price by now are charged. */
export class FollowRates extends Construct {
  readonly followRates: IFunction

  constructor(scope: Construct, id: string, { key, stage, log, markers, archive, rates, held, bus }: FollowRatesProps) {
    super(scope, id)
    const followRates = lambdaFunction(this, 'FollowRates', {
      name: 'follow-rates',
      key,
      stage,
      memoryMegabytes: 1024,
      timeoutSeconds: 55,
      environment: {
        LOG_TABLE: log.tableName,
        MARKERS_TABLE: markers.tableName,
        ARCHIVE_BUCKET: archive.bucketName,
        RATES_TABLE: rates.tableName,
        HELD_TABLE: held.tableName,
        EVENT_BUS: bus.eventBusName,
      },
    })
    this.followRates = followRates
    log.grant(followRates, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    markers.grant(followRates, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
    grantObjects(archive, followRates, ['s3:GetObject'], 'index')
    rates.grant(followRates, 'dynamodb:Query')
    held.grant(followRates, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem')
    bus.grantPutEventsTo(followRates)
    schedule(this, 'EachMinute', {
      description: 'Charges parked usage that has a price by now, and tells of new rate cards',
      function: followRates,
      everyMinutes: 1,
    })
  }
}
