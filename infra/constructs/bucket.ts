import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

/**
 * A bucket that can't be lost by a deployment, and in which nothing is lost by being put again: private, versioned,
 * encrypted, TLS alone, kept when the stack goes, under a logical id that no refactoring changes.
 */
export function bucket(scope: Construct, logicalId: string, { key }: { readonly key: IKey | undefined }): Bucket {
  const made = new Bucket(scope, logicalId, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(key === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
  })
  const resource = made.node.defaultChild as CfnBucket
  resource.overrideLogicalId(logicalId)
  Validations.of(made).acknowledge({
    id: 'AwsSolutions::AwsSolutions-S1',
    reason: 'one function puts objects and nobody else may; who reads is seen in CloudTrail',
  })
  return made
}
