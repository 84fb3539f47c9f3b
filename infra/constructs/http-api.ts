import { Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import {
  HttpApi as Api,
  type CfnApi,
  CfnStage,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { functionOf, operations } from '../../shared/api/operations.ts'
import { scopesOf } from '../../shared/http/operation.ts'
import { type ApiFunctionProps, accessApi, accountApi, operatorApi } from './api-functions.ts'
import type { TokenIssuer } from './token-issuer.ts'

export interface HttpApiProps extends ApiFunctionProps {
  readonly tokens: TokenIssuer
}

/** Requests a second, over all callers: a runaway script is slowed before it is billed. */
const THROTTLE = { throttlingRateLimit: 100, throttlingBurstLimit: 200 }

/** The platform asks these before each action, so they get a higher rate. */
const CHECKS = { ThrottlingRateLimit: 2000, ThrottlingBurstLimit: 4000 }

/** The HTTP API: every declared operation, behind the authorizer with its scopes, before the function that serves it. */
export class HttpApi extends Construct {
  readonly url: string
  readonly api: Api
  /** Made after every route. */
  readonly stage: CfnStage
  readonly functions: Readonly<Record<'AccessApi' | 'AccountApi' | 'OperatorApi', IFunction>>

  constructor(scope: Construct, id: string, { tokens, ...props }: HttpApiProps) {
    super(scope, id)
    this.functions = {
      AccessApi: accessApi(this, 'AccessApi', props),
      AccountApi: accountApi(this, 'AccountApi', props),
      OperatorApi: operatorApi(this, 'OperatorApi', props),
    }
    this.api = new Api(this, 'Api', { apiName: `groschen-${props.stage}`, createDefaultStage: false })
    const resource = this.api.node.defaultChild as CfnApi
    resource.overrideLogicalId('HttpApi')
    this.url = this.api.apiEndpoint

    const routes = this.routes(tokens)
    this.stage = this.stageOf(props.stage)
    // A stage may name only existing routes, and no route may change while it deploys.
    this.stage.node.addDependency(...routes)
  }

  private routes(tokens: TokenIssuer): readonly HttpRoute[] {
    const authorizer = new HttpJwtAuthorizer('Authorizer', tokens.issuer, { jwtAudience: tokens.audience })
    const integrations = {
      'access-api': integrationOf(this.functions.AccessApi),
      'account-api': integrationOf(this.functions.AccountApi),
      'operator-api': integrationOf(this.functions.OperatorApi),
    }
    return operations.map((operation) => {
      const { operationId, method, path, scope } = operation
      const route = new HttpRoute(this, operationId, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(path, HttpMethod[method]),
        integration: integrations[functionOf(operation)],
        ...(scope === undefined
          ? { authorizer: new HttpNoneAuthorizer() }
          : { authorizer, authorizationScopes: [...scopesOf(operation)] }),
      })
      if (scope === undefined) {
        Validations.of(route).acknowledge({
          id: 'AwsSolutions::AwsSolutions-APIG4',
          reason: 'public: it shows no account and changes nothing',
        })
      }
      return route
    })
  }

  private stageOf(stage: string): CfnStage {
    const accessLog = new LogGroup(this, 'AccessLog', {
      // AWS: one entry of CloudWatch's resource policy, which has room for ten, covers all groups under this name.
      logGroupName: `/aws/vendedlogs/groschen/${stage}/${uniquePart(this)}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    return new CfnStage(this, 'Stage', {
      apiId: this.api.apiId,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: THROTTLE,
      routeSettings: Object.fromEntries(
        operations
          .filter(({ scope }) => scope === 'usage:check')
          .map(({ method, path }) => [`${method} ${path}`, CHECKS]),
      ),
      accessLogSettings: {
        destinationArn: accessLog.logGroupArn,
        format: JSON.stringify({
          requestId: '$context.requestId',
          time: '$context.requestTime',
          route: '$context.routeKey',
          status: '$context.status',
          latency: '$context.responseLatency',
          subject: '$context.authorizer.claims.sub',
        }),
      },
    })
  }
}

const integrationOf = (handler: IFunction): HttpLambdaIntegration =>
  new HttpLambdaIntegration('Integration', handler, {
    payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    // AWS: a function's policy has 20 KB; one statement for each route would have 30.
    scopePermissionToRoute: false,
  })

/** Unique to this stack, so that log groups of an earlier stack with the same name don't collide. */
const uniquePart = (scope: Construct): string => Fn.select(2, Fn.split('/', Stack.of(scope).stackId))
