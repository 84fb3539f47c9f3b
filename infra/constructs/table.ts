import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  TableEncryptionV2,
  type TablePropsV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'

export type TableProps = Pick<TablePropsV2, 'dynamoStream' | 'globalSecondaryIndexes' | 'timeToLiveAttribute'> & {
  readonly key: IKey | undefined
  readonly partitionKey: string
  readonly sortKey?: { readonly name: string; readonly type: AttributeType }
}

export const text = (name: string) => ({ name, type: AttributeType.STRING })
export const number = (name: string) => ({ name, type: AttributeType.NUMBER })

/**
 * A table that can't be lost by a deployment: on demand, point-in-time recovery, protected from deletion, kept when the
 * stack goes, under a logical id that no refactoring changes (another id would be another, empty table).
 */
export function table(scope: Construct, logicalId: string, { key, partitionKey, ...props }: TableProps): TableV2 {
  const made = new TableV2(scope, logicalId, {
    ...props,
    partitionKey: text(partitionKey),
    billing: Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    encryption: key === undefined ? TableEncryptionV2.dynamoOwnedKey() : TableEncryptionV2.customerManagedKey(key),
  })
  const resource = made.node.defaultChild as CfnGlobalTable
  resource.overrideLogicalId(logicalId)
  return made
}
