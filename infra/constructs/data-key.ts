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
  if (choice.startsWith('arn:')) return Key.fromKeyArn(scope, 'DataKey', choice)
  if (choice !== 'customer')
    throw new Error(`context tableKey is ${choice}; expected aws-owned, customer or a key's ARN`)
  return new Key(scope, 'DataKey', {
    description: 'Groschen: tables and queues',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
}
