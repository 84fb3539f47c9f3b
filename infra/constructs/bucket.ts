import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

export interface BucketProps {
  readonly key: IKey | undefined
  /** For how long no one may change or delete an object; `isFinal`: not even the owner of the AWS account. */
  readonly lock?: { readonly for: Duration; readonly isFinal: boolean }
}

/**
 * A bucket that no deployment can delete, and that keeps replaced objects: private, versioned,
 * encrypted, TLS alone, kept when the stack goes, under a logical id that no refactoring changes.
 */
export function bucket(scope: Construct, logicalId: string, { key, lock }: BucketProps): Bucket {
  const made = new Bucket(scope, logicalId, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(lock !== undefined && {
      objectLockEnabled: true,
      objectLockDefaultRetention: lock.isFinal
        ? ObjectLockRetention.compliance(lock.for)
        : ObjectLockRetention.governance(lock.for),
    }),
    ...(key === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
  })
  const resource = made.node.defaultChild as CfnBucket
  resource.overrideLogicalId(logicalId)
  Validations.of(made).acknowledge({
    id: 'AwsSolutions::AwsSolutions-S1',
    reason: 'one function alone puts objects; CloudTrail shows who reads them',
  })
  return made
}

/**
 * Lets a function do something with the objects of a folder.
 *
 * Who reads may list the bucket too: without that, S3 answers 403 for an object that is not there.
 */
export function grantObjects(on: Bucket, to: IFunction, actions: readonly ObjectAction[], folder: string): void {
  to.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [on.arnForObjects(`${folder}/*`)] }))
  if (actions.includes('s3:GetObject'))
    to.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [on.bucketArn] }))
  if (to.role === undefined) return
  Validations.of(to.role).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${on.node.id}.Arn>/${folder}/*]`,
    reason: 'the objects of this folder, and no others, are what the function works with',
  })
}

type ObjectAction = 's3:GetObject' | 's3:PutObject'
