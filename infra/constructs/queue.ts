import { Duration, Validations } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type CfnQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/** An encrypted queue that takes requests over TLS alone, under a logical id that no refactoring changes. */
export function queue(
  scope: Construct,
  logicalId: string,
  { key, ...props }: QueueProps & { readonly key: IKey | undefined },
): Queue {
  const made = new Queue(scope, logicalId, {
    ...props,
    enforceSSL: true,
    ...(key === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
  })
  const resource = made.node.defaultChild as CfnQueue
  resource.overrideLogicalId(logicalId)
  return made
}

/** A queue that keeps failed messages for two weeks. An alarm watches it. It has no dead-letter queue: nothing processes it. */
export function lastStop(scope: Construct, id: string, key: IKey | undefined): Queue {
  const made = queue(scope, id, { key, retentionPeriod: Duration.days(14) })
  Validations.of(made).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SQS3',
    reason: 'it is where failures end; an alarm watches it',
  })
  return made
}
