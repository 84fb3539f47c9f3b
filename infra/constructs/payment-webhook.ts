import { Validations } from 'aws-cdk-lib'
import {
  type CfnStage,
  type HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { lambdaFunction } from './lambda-function.ts'
import type { PaymentSettings } from './payment-settings.ts'
import { table } from './table.ts'

export interface PaymentWebhookProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly api: HttpApi
  /** The stage of the API: it is made after the route. */
  readonly apiStage: CfnStage
  readonly queue: Queue
  readonly payments: PaymentSettings
}

/** Webhooks of the payment provider → the top-up queue. */
export class PaymentWebhook extends Construct {
  readonly paymentWebhook: IFunction

  constructor(scope: Construct, id: string, { key, stage, api, apiStage, queue, payments }: PaymentWebhookProps) {
    super(scope, id)
    const events = table(this, 'PaymentEventsTable', { key, partitionKey: 'event', timeToLiveAttribute: 'expires_at' })
    const paymentWebhook = lambdaFunction(this, 'PaymentWebhook', {
      name: 'payment-webhook',
      key,
      stage,
      memoryMegabytes: 512,
      timeoutSeconds: 15,
      environment: {
        PAYMENT_WEBHOOK_SECRET_ARN: payments.webhookSecret.secretArn,
        TOP_UP_QUEUE_URL: queue.queueUrl,
        PAYMENT_EVENTS_TABLE: events.tableName,
      },
    })
    this.paymentWebhook = paymentWebhook
    events.grant(paymentWebhook, 'dynamodb:GetItem', 'dynamodb:PutItem')
    queue.grant(paymentWebhook, 'sqs:SendMessage')
    payments.webhookSecret.grantRead(paymentWebhook)

    const route = new HttpRoute(this, 'Route', {
      httpApi: api,
      routeKey: HttpRouteKey.with('/v1/payment-webhooks/stripe', HttpMethod.POST),
      integration: new HttpLambdaIntegration('Integration', paymentWebhook, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
        scopePermissionToRoute: false,
      }),
      authorizer: new HttpNoneAuthorizer(),
    })
    apiStage.node.addDependency(route)
    Validations.of(route).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason: 'the provider signs what it sends; the function refuses everything else',
    })
  }
}
