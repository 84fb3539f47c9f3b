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
