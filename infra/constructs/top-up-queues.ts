import { Duration } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { lastStop, queue } from './queue.ts'

/** Enough for the provider's slowest answers and the writes after them. */
export const TOP_UP_TIMEOUT_SECONDS = 60

/** AWS: a visibility timeout of at least six times the function's timeout. */
const VISIBILITY_SECONDS = 6 * TOP_UP_TIMEOUT_SECONDS

/** The queues that wake the function top-up. A message is a hint; the log and the provider know what to do. */
export class TopUpQueues extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { key }: { readonly key: IKey | undefined }) {
    super(scope, id)
    this.deadLetters = lastStop(this, 'TopUpDeadLetters', key)
    this.queue = queue(this, 'TopUpQueue', {
      key,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(VISIBILITY_SECONDS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 20 },
    })
  }
}
