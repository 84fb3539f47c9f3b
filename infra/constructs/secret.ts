import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type CfnSecret, Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'

export interface SecretOptions {
  readonly key: IKey | undefined
  readonly description: string
  /** The first content. Never change it: CloudFormation would overwrite what an operator filled in. */
  readonly generated: SecretStringGenerator
  /** Why no function rotates it. */
  readonly whyByHand: string
}

/**
 * A secret that stays when the stack is deleted, under a logical id that no refactoring changes (another id would be another secret). Where a
 * first deployment failed, it goes with the stack.
 */
export function secret(scope: Construct, logicalId: string, options: SecretOptions): Secret {
  const { key, description, generated, whyByHand } = options
  const made = new Secret(scope, logicalId, {
    description,
    generateSecretString: generated,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(key !== undefined && { encryptionKey: key }),
  })
  const resource = made.node.defaultChild as CfnSecret
  resource.overrideLogicalId(logicalId)
  Validations.of(made).acknowledge({ id: 'AwsSolutions::AwsSolutions-SMG4', reason: whyByHand })
  return made
}
