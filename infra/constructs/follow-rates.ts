import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { AccountLog } from './account-log.ts'
import { lambdaFunction } from './lambda-function.ts'
import { schedule } from './schedule.ts'

export interface FollowRatesProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly log: AccountLog
  readonly rates: Table
  readonly held: Table
}

/** Each minute: publishes new versions of the rate card as events, and charges parked events that now have a price. */
export class FollowRates extends Construct {
  readonly followRates: IFunction

  constructor(scope: Construct, id: string, { key, stage, log, rates, held }: FollowRatesProps) {
    super(scope, id)
    const followRates = lambdaFunction(this, 'FollowRates', {
      name: 'follow-rates',
      key,
      stage,
      memoryMegabytes: 1024,
      timeoutSeconds: 55,
      environment: {
        ...log.commitEnvironment,
        RATES_TABLE: rates.tableName,
        HELD_TABLE: held.tableName,
        EVENT_BUS: log.bus.eventBusName,
      },
    })
    this.followRates = followRates
    log.grantCommit(followRates)
    rates.grant(followRates, 'dynamodb:Query')
    held.grant(followRates, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem')
    log.bus.grantPutEventsTo(followRates)
    schedule(this, 'EachMinute', {
      description: 'Charges parked usage that now has a price, and publishes events of new rate cards',
      function: followRates,
      everyMinutes: 1,
    })
  }
}
