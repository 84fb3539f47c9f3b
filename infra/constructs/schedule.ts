import { Duration } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'

export interface ScheduleProps {
  readonly function: Lambda
  readonly everyMinutes: number
  readonly description: string
  /** The event that the function gets; default: EventBridge's own. */
  readonly input?: object
}

/**
 * Starts a function every `everyMinutes`, each time once.
 *
 * AWS calls a schedule's function asynchronously: it would repeat a failed run twice, beside the next one, and throttled runs
 * for six hours. So there are no repeats: the next run does the work.
 */
export function schedule(scope: Construct, id: string, props: ScheduleProps): void {
  const { function: lambda, everyMinutes, description, input } = props
  const interval = Duration.minutes(everyMinutes)
  lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval })
  new Rule(scope, id, {
    description,
    schedule: Schedule.rate(interval),
    targets: [
      new LambdaFunction(lambda, {
        retryAttempts: 0,
        ...(input !== undefined && { event: RuleTargetInput.fromObject(input) }),
      }),
    ],
  })
}
