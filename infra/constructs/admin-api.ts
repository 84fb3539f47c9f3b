import { Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import {
  type CfnApi,
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { operations } from '../../shared/api/operations.ts'
import { readApprovalSettings } from '../../shared/approvals/approval-settings.ts'
import { readSeller } from '../../shared/billing/seller.ts'
import { scopesOf } from '../../shared/http/operation.ts'
import { asciiJson } from '../../shared/text/ascii-json.ts'
import { grantObjects } from './bucket.ts'
import { acknowledgeIndexes, lambdaFunction } from './lambda-function.ts'
import type { PaymentSettings } from './payment-settings.ts'
import type { Records } from './records.ts'
import type { TokenIssuer } from './token-issuer.ts'

export interface AdminApiProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly log: Table
  readonly markers: Table
  readonly snapshots: Table
  readonly archive: Bucket
  readonly records: Records
  readonly topUpQueue: Queue
  readonly payments: PaymentSettings
  readonly tokens: TokenIssuer
}

/** Requests a second, over all callers: a runaway script is slowed before it is billed. */
const THROTTLE = { throttlingRateLimit: 100, throttlingBurstLimit: 200 }

/** The platform asks these before each action, so they get a higher rate. */
const CHECKS = { throttlingRateLimit: 2000, throttlingBurstLimit: 4000 }

/** The HTTP API: every route, each behind the authorizer with its scopes. */
export class AdminApi extends Construct {
  readonly url: string
  readonly api: HttpApi
  /** Made after every route. */
  readonly stage: CfnStage
  readonly function: IFunction

  constructor(
    scope: Construct,
    id: string,
    { key, stage, log, markers, snapshots, archive, records, topUpQueue, payments, tokens }: AdminApiProps,
  ) {
    super(scope, id)
    const { accounts, rates, drafts, held, requests, topUps, gates } = records
    const handler = lambdaFunction(this, 'Function', {
      name: 'admin-api',
      key,
      stage,
      // A card of ten thousand rates with markups takes some seconds to check, and twice its size in memory.
      memoryMegabytes: 1024,
      timeoutSeconds: 29,
      environment: {
        LOG_TABLE: log.tableName,
        MARKERS_TABLE: markers.tableName,
        ARCHIVE_BUCKET: archive.bucketName,
        SNAPSHOTS_TABLE: snapshots.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        RATES_TABLE: rates.tableName,
        DRAFTS_TABLE: drafts.tableName,
        HELD_TABLE: held.tableName,
        REQUESTS_TABLE: requests.tableName,
        GATES_TABLE: gates.tableName,
        TOP_UPS_TABLE: topUps.tableName,
        TOP_UP_QUEUE_URL: topUpQueue.queueUrl,
        ...payments.environment,
        SELLER: sellerOf(this),
        APPROVALS: approvalsOf(this),
      },
      files: [
        'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
        'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
        '@fontsource/unifontex/files/unifontex-latin-400-normal.woff',
      ],
    })
    this.function = handler
    acknowledgeIndexes(handler, 'AccountsTable')
    log.grant(handler, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    markers.grant(handler, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
    snapshots.grant(handler, 'dynamodb:GetItem', 'dynamodb:Query')
    grantObjects(archive, handler, ['s3:GetObject'], 'index')
    // A user's contact is personal data: it can be deleted.
    accounts.grant(handler, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem')
    rates.grant(handler, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    drafts.grant(handler, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem')
    held.grant(handler, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem')
    requests.grant(handler, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
    gates.grant(handler, 'dynamodb:GetItem', 'dynamodb:PutItem')

    topUps.grant(handler, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    acknowledgeIndexes(handler, 'TopUpsTable')
    topUpQueue.grant(handler, 'sqs:SendMessage')
    payments.grant(handler)

    const api = new HttpApi(this, 'Api', { apiName: `groschen-${stage}`, createDefaultStage: false })
    this.api = api
    const resource = api.node.defaultChild as CfnApi
    resource.overrideLogicalId('HttpApi')
    const authorizer = new HttpJwtAuthorizer('Authorizer', tokens.issuer, { jwtAudience: tokens.audience })
    const integration = new HttpLambdaIntegration('Integration', handler, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      // AWS: a function's policy has 20 KB; one statement for each route would have 30.
      scopePermissionToRoute: false,
    })
    const routes: HttpRoute[] = []
    for (const operation of operations) {
      const { operationId, method, path, scope: asked } = operation
      const route = new HttpRoute(this, operationId, {
        httpApi: api,
        routeKey: HttpRouteKey.with(path, HttpMethod[method]),
        integration,
        ...(asked === undefined
          ? { authorizer: new HttpNoneAuthorizer() }
          : { authorizer, authorizationScopes: [...scopesOf(operation)] }),
      })
      routes.push(route)
      if (asked === undefined) {
        Validations.of(route).acknowledge({
          id: 'AwsSolutions::AwsSolutions-APIG4',
          reason: 'public: it shows no account and changes nothing',
        })
      }
    }

    const accessLog = new LogGroup(this, 'AccessLog', {
      // AWS: one entry of CloudWatch's resource policy, which has room for ten, covers all groups under this name.
      logGroupName: `/aws/vendedlogs/groschen/${stage}/${uniquePart(this)}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    this.stage = new CfnStage(this, 'Stage', {
      apiId: api.apiId,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: THROTTLE,
      routeSettings: Object.fromEntries(
        operations
          .filter((route) => route.scope === 'usage:check')
          .map(({ method, path }) => [
            `${method} ${path}`,
            { ThrottlingRateLimit: CHECKS.throttlingRateLimit, ThrottlingBurstLimit: CHECKS.throttlingBurstLimit },
          ]),
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
    // A stage may name only existing routes, and no route may change while it deploys.
    this.stage.node.addDependency(...routes)
    this.url = api.apiEndpoint
  }
}

/** Unique to this stack, so that log groups of an earlier stack with the same name don't collide. */
const uniquePart = (scope: Construct): string => Fn.select(2, Fn.split('/', Stack.of(scope).stackId))

/** Who sells the credits of this stage, for receipts. @throws Error that says what is wrong in it */
function sellerOf(scope: Construct): string {
  const seller: unknown = scope.node.tryGetContext('seller')
  return seller === undefined ? 'none' : asciiJson(readSeller(seller))
}

/** The decisions of operators that need a second one's approval; default none. @throws Error that says what is wrong in it */
function approvalsOf(scope: Construct): string {
  const given: unknown = scope.node.tryGetContext('approvals')
  if (given === undefined) return 'none'
  // On the command line it is a text, in cdk.json an object.
  const approvals: unknown = typeof given === 'string' ? JSON.parse(given) : given
  readApprovalSettings(approvals)
  return JSON.stringify(approvals)
}
