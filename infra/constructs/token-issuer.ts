import {
  Aws,
  CfnCondition,
  CfnOutput,
  CfnParameter,
  CfnResource,
  Fn,
  RemovalPolicy,
  Stack,
  Token,
  Validations,
} from 'aws-cdk-lib'
import {
  CfnUserPool,
  CfnUserPoolClient,
  CfnUserPoolDomain,
  CfnUserPoolGroup,
  CfnUserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { groups, OWN_ATTRIBUTES, PLATFORM_SCOPE, RESOURCE_SERVER } from '../../functions/token-claims/claims-of.ts'
import { lambdaFunction } from './lambda-function.ts'

interface TokenIssuerProps {
  readonly key: IKey | undefined
  readonly stage: string
}

/**
 * The issuer of the API's tokens: the OpenID Connect provider that the parameter `JwtIssuer` names; without it,
 * a user pool of the stack.
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
      description: 'The audience of the tokens of JwtIssuer',
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

interface UserPoolProps {
  readonly key: IKey | undefined
  readonly stage: string
}

/**
 * People and the platform's own client, with access tokens as the API wants them: scopes by group, account and user by attributes.
 *
 * No one signs up, and no client can write the attributes that say whose account a person sees.
 */
class UserPool extends Construct {
  readonly pool: CfnUserPool
  readonly people: CfnUserPoolClient
  readonly platform: CfnUserPoolClient
  /** The URL at which the platform's client gets tokens. */
  readonly tokenUrl: string

  constructor(scope: Construct, id: string, { key, stage }: UserPoolProps) {
    super(scope, id)
    const claims = lambdaFunction(this, 'TokenClaims', {
      name: 'token-claims',
      key,
      stage,
      memoryMegabytes: 256,
      timeoutSeconds: 5,
      environment: {},
    })
    this.pool = new CfnUserPool(this, 'Pool', {
      userPoolName: `groschen-${stage}`,
      userPoolTier: 'ESSENTIALS',
      deletionProtection: 'ACTIVE',
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      accountRecoverySetting: { recoveryMechanisms: [{ name: 'admin_only', priority: 1 }] },
      mfaConfiguration: 'OPTIONAL',
      enabledMfas: ['SOFTWARE_TOKEN_MFA'],
      policies: {
        passwordPolicy: {
          minimumLength: 14,
          requireLowercase: true,
          requireUppercase: true,
          requireNumbers: true,
          requireSymbols: true,
        },
      },
      schema: Object.entries(OWN_ATTRIBUTES).map(([name, { characters }]) => ({
        name,
        attributeDataType: 'String',
        mutable: true,
        stringAttributeConstraints: { minLength: '1', maxLength: String(characters) },
      })),
      lambdaConfig: { preTokenGenerationConfig: { lambdaArn: claims.functionArn, lambdaVersion: 'V3_0' } },
    })
    this.pool.overrideLogicalId('UserPool')
    this.pool.applyRemovalPolicy(RemovalPolicy.RETAIN)
    acknowledge(this.pool)
    new CfnPermission(this, 'MayAskForClaims', {
      action: 'lambda:InvokeFunction',
      functionName: claims.functionArn,
      principal: new ServicePrincipal('cognito-idp.amazonaws.com').service,
      sourceArn: this.pool.attrArn,
    })
    for (const [groupName, { description }] of Object.entries(groups))
      new CfnUserPoolGroup(this, groupName, { groupName, description, userPoolId: this.pool.ref })

    this.people = this.peopleClient()
    this.platform = this.platformClient()
    const domain = new CfnUserPoolDomain(this, 'Domain', {
      domain: `groschen-${stage}-${Aws.ACCOUNT_ID}`,
      userPoolId: this.pool.ref,
    })
    this.tokenUrl = `https://${domain.ref}.auth.${Aws.REGION}.amazoncognito.com/oauth2/token`
  }

  /** People sign in themselves (SRP), or an operator of the AWS account gets their token. */
  private peopleClient(): CfnUserPoolClient {
    const made = new CfnUserPoolClient(this, 'People', {
      userPoolId: this.pool.ref,
      generateSecret: false,
      explicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      preventUserExistenceErrors: 'ENABLED',
      writeAttributes: ['name'],
    })
    made.overrideLogicalId('PeopleClient')
    return made
  }

  /** The platform's client, with an id and a secret, for access checks. */
  private platformClient(): CfnUserPoolClient {
    const server = new CfnUserPoolResourceServer(this, 'ResourceServer', {
      userPoolId: this.pool.ref,
      identifier: RESOURCE_SERVER,
      name: 'Groschen',
      scopes: [{ scopeName: PLATFORM_SCOPE, scopeDescription: 'Access checks and reservations' }],
    })
    const made = new CfnUserPoolClient(this, 'Platform', {
      userPoolId: this.pool.ref,
      generateSecret: true,
      allowedOAuthFlowsUserPoolClient: true,
      allowedOAuthFlows: ['client_credentials'],
      allowedOAuthScopes: [`${RESOURCE_SERVER}/${PLATFORM_SCOPE}`],
      explicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      writeAttributes: ['name'],
    })
    made.overrideLogicalId('PlatformClient')
    made.addResourceDependency(server)
    return made
  }
}

function acknowledge(pool: CfnUserPool): void {
  const reasons = {
    COG2: 'whether people use a second factor is up to the company; one is offered',
    COG8: 'the plan Plus is paid for each user; the company may choose it',
  }
  for (const [rule, reason] of Object.entries(reasons))
    Validations.of(pool).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason })
}
