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
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'

export interface TableOptions {
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
 * A table that can't be lost by a deployment: on demand, point-in-time recovery, protected from deletion, kept when the
 * stack goes, under a logical id that no refactoring changes (another id would be another, empty table).
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
