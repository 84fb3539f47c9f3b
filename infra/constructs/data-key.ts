import { RemovalPolicy } from 'aws-cdk-lib'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'

/**
 * The key that tables and queues are encrypted with, as context `tableKey` chooses: `aws-owned` (default, free),
 * `customer` (a key of this stack), or the ARN of a key that exists.
 *
 * `undefined`: the keys that AWS owns.
 */
export function dataKey(scope: Construct): IKey | undefined {
  const choice = String(scope.node.tryGetContext('tableKey') ?? 'aws-owned')
  if (choice === 'aws-owned') return undefined
  if (choice.startsWith('arn:')) return keyOf(scope, choice)
  if (choice !== 'customer')
    throw new Error(`context tableKey is ${choice}; expected aws-owned, customer or a key's ARN`)
  return new Key(scope, 'DataKey', {
    description: 'Groschen: tables and queues',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
}

/** What somebody has to say who brings a key: no stack can look into its policy. */
const AFFIRMED = 'allows-eventbridge'

/** @throws Error unless its policy was affirmed: EventBridge would put no notice into an encrypted queue, and say so nowhere */
function keyOf(scope: Construct, arn: string): IKey {
  if (scope.node.tryGetContext('tableKeyPolicy') === AFFIRMED) return Key.fromKeyArn(scope, 'DataKey', arn)
  throw new Error(
    `the policy of ${arn} must allow events.amazonaws.com kms:Decrypt and kms:GenerateDataKey, or notices are lost (infra/README.md); where it does, say --context tableKeyPolicy=${AFFIRMED}`,
  )
}
