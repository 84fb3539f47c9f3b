import { Duration } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'

export interface ScheduleProps {
  readonly function: Lambda
  readonly everyMinutes: number
  readonly description: string
  /** What the function is called with; EventBridge's own event unless told. */
  readonly input?: object
}

/**
 * Starts a function every `everyMinutes`, each time once.
 *
 * AWS calls a schedule's function asynchronously: a run that fails would be tried twice more, beside the next one, and what was throttled
 * would be made up for during six hours. The next run does what the failed one did not.
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
