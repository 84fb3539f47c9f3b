import { CfnCondition, CfnOutput, CfnParameter, CfnResource, Fn, Stack, Token } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { UserPool } from './user-pool.ts'

export interface TokenIssuerProps {
  readonly key: IKey | undefined
  readonly stage: string
}

/**
 * Whose tokens the API takes: those of the OpenID Connect provider that the parameter `JwtIssuer` names, and until one is named those of a
 * user pool of the stack's own.
 *
 * API Gateway makes no authorizer whose issuer does not answer, so a stack needs one at its first deployment.
 */
export class TokenIssuer extends Construct {
  readonly issuer: string
  readonly audience: string[]

  constructor(scope: Construct, id: string, { key, stage }: TokenIssuerProps) {
    super(scope, id)
    const stack = Stack.of(this)
    const given = new CfnParameter(stack, 'JwtIssuer', {
      description: 'Who issues the tokens: the URL of an OpenID Connect provider; empty: a user pool of this stack',
      default: '',
      maxLength: 512,
      allowedPattern: '^(https://.+)?$',
      constraintDescription: 'expected an https URL',
    })
    const audience = new CfnParameter(stack, 'JwtAudience', {
      description: 'Whom the tokens of JwtIssuer are for',
      default: 'groschen',
      maxLength: 256,
    })
    const isOwn = new CfnCondition(stack, 'OwnUserPool', { expression: Fn.conditionEquals(given.valueAsString, '') })

    const pool = new UserPool(this, 'UserPool', { key, stage })
    const outputs = {
      UserPoolId: pool.pool.ref,
      PeopleClientId: pool.people.ref,
      PlatformClientId: pool.platform.ref,
      TokenUrl: pool.tokenUrl,
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value, condition: isOwn })
    for (const resource of pool.node.findAll())
      if (CfnResource.isCfnResource(resource)) resource.cfnOptions.condition = isOwn

    const either = (own: unknown, other: unknown) => Fn.conditionIf(isOwn.logicalId, own, other)
    this.issuer = Token.asString(either(pool.pool.attrProviderUrl, given.valueAsString))
    this.audience = Token.asList(either([pool.people.ref, pool.platform.ref], [audience.valueAsString]))
  }
}
