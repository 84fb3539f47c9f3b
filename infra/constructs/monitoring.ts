import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { metricsNamespace } from './lambda-function.ts'

export interface MonitoringProps {
  readonly stage: string
  readonly queue: Queue
  readonly topUpQueue: Queue
  readonly deadLetters: readonly Queue[]
  readonly functions: Readonly<Record<string, IFunction>>
  readonly projectLog: IFunction
}

const MINUTE = Duration.minutes(1)

/** The alarms. Each is one sentence; the company decides who gets it. */
export class Monitoring extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stage, queue, topUpQueue, deadLetters, functions, projectLog }: MonitoringProps,
  ) {
    super(scope, id)
    const ours = metricsOf(stage)
    for (const dead of deadLetters) {
      const metric = dead.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: 'max' })
      this.above(`${dead.node.id}NotEmpty`, metric, 0, 'A message failed every try; look at it and redrive it')
    }
    const age = queue.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: 'max' })
    this.above('UsageQueueOld', age, 300, 'Usage waits for more than five minutes to be charged')
    for (const [name, one] of Object.entries(functions)) {
      this.above(`${name}Errors`, one.metricErrors({ period: MINUTE, statistic: 'sum' }), 0, `${name} failed`)
      this.above(
        `${name}Throttles`,
        one.metricThrottles({ period: MINUTE, statistic: 'sum' }),
        0,
        `${name} was not allowed to run`,
      )
    }
    const lag = projectLog.metric('IteratorAge', { period: MINUTE, statistic: 'max' })
    this.above(
      'ProjectLogBehind',
      lag,
      Duration.minutes(5).toMilliseconds(),
      'Folds are more than five minutes behind the log',
    )
    this.above('EventsParked', ours('EventsParked', 'price-usage'), 0, 'Usage has no price; publish one')
    this.above(
      'EventsQuarantined',
      ours('EventsQuarantined', 'price-usage'),
      0,
      'Events came that can never be charged; tell their publisher',
    )
    this.above(
      'PaymentMismatches',
      ours('PaymentMismatches', 'top-up'),
      0,
      'A payment is not what was asked for, or not credited; groschen log and the dashboard of the provider say which',
    )
    this.topUps(topUpQueue, ours)
    new Alarm(this, 'NoCheckpoint', {
      metric: ours('CheckpointsDone', 'write-checkpoints', { period: Duration.days(1) }),
      threshold: 1,
      alarmDescription: 'For a day no checkpoint of the logs was done',
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    })
    for (const service of ['price-usage', 'project-log']) {
      this.above(
        `BrokenChains-${service}`,
        ours('BrokenChains', service),
        0,
        'An account log contradicts itself; its account is stopped',
      )
    }
  }

  /** Alarms for credits that are later than one reconciliation. */
  private topUps(queue: Queue, ours: OwnMetric): void {
    const late = Duration.minutes(15).toSeconds()
    const waiting = queue.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: 'max' })
    this.above('TopUpQueueOld', waiting, late, 'Word of a top-up waits for more than fifteen minutes')
    this.above(
      'UnfinishedTopUpOld',
      ours('UnfinishedTopUpAge', 'top-up', { statistic: 'max' }),
      late,
      'A top-up is not paid or not credited for more than fifteen minutes, and neither the payer nor the bank is waited for',
    )
    this.above('ReconcileCut', ours('ReconcileCut', 'top-up'), 0, 'A reconciliation ran out of time; it goes on later')
    this.above(
      'TopUpMessagesRefused',
      ours('TopUpMessagesRefused', 'top-up'),
      0,
      'The top-up queue had a message that Groschen did not write',
    )
    this.above(
      'WebhooksRefused',
      ours('WebhooksRefused', 'payment-webhook'),
      0,
      'A webhook of the payment provider was not genuine; where all are refused, the webhook secret is not that of the provider',
    )
    for (const service of ['project-log', 'follow-rates'])
      this.above(
        `NoticesSetAside-${service}`,
        ours('NoticesSetAside', service),
        0,
        'The event bus will never take a notice; the log of the function says why, the archive has it under set-aside/',
      )
    this.above(
      'NoticesUncertain',
      ours('NoticesUncertain', 'send-notices'),
      0,
      'Whether a notice was mailed is unknown; the log of the function names it',
    )
  }

  private above(id: string, metric: IMetric, threshold: number, alarmDescription: string): void {
    new Alarm(this, id, {
      metric,
      threshold,
      alarmDescription,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
  }
}

/** A metric that a function writes itself. */
type OwnMetric = (
  metricName: string,
  service: string,
  options?: { readonly period?: Duration; readonly statistic?: 'sum' | 'max' },
) => IMetric

const metricsOf =
  (stage: string): OwnMetric =>
  (metricName, service, { period = MINUTE, statistic = 'sum' } = {}) =>
    new Metric({ namespace: metricsNamespace(stage), metricName, dimensionsMap: { service }, period, statistic })
