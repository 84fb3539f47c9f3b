import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  type CfnTable,
  type GlobalSecondaryIndexProps,
  type StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'

interface TableOptions {
  /** `undefined`: the key that AWS owns. */
  readonly key: IKey | undefined
  /** Its name; a string. */
  readonly partitionKey: string
  readonly sortKey?: { readonly name: string; readonly type: AttributeType }
  readonly stream?: StreamViewType
  readonly indexes?: readonly GlobalSecondaryIndexProps[]
  readonly timeToLiveAttribute?: string
}

export const text = (name: string) => ({ name, type: AttributeType.STRING })
export const number = (name: string) => ({ name, type: AttributeType.NUMBER })

/**
 * A table that no deployment can delete: on demand, point-in-time recovery, protected from deletion, kept when the
 * stack is deleted, under a logical id that no refactoring changes (another id would be another, empty table).
 *
 * Of one region, on purpose: a second one that writes is forbidden on the log (account-log, "Change and restore").
 */
export function table(
  scope: Construct,
  logicalId: string,
  { key, partitionKey, indexes = [], ...props }: TableOptions,
): Table {
  const made = new Table(scope, logicalId, {
    ...props,
    partitionKey: text(partitionKey),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(key === undefined
      ? { encryption: TableEncryption.DEFAULT }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
  })
  for (const index of indexes) made.addGlobalSecondaryIndex(index)
  const resource = made.node.defaultChild as CfnTable
  resource.overrideLogicalId(logicalId)
  return made
}

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

/** What an operator must affirm about a key of their own, since no stack can read its policy. */
const AFFIRMED = 'allows-eventbridge'

/** @throws Error unless its policy was affirmed: else EventBridge could not put notices into an encrypted queue, without any error */
function keyOf(scope: Construct, arn: string): IKey {
  if (scope.node.tryGetContext('tableKeyPolicy') === AFFIRMED) return Key.fromKeyArn(scope, 'DataKey', arn)
  throw new Error(
    `the policy of ${arn} must allow events.amazonaws.com kms:Decrypt and kms:GenerateDataKey, or notices are lost (infra/README.md); where it does, say --context tableKeyPolicy=${AFFIRMED}`,
  )
}
