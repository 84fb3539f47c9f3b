import { Duration, Stack, Validations } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { toldTypes } from '../../shared/notices/told-event.ts'
import { acknowledgeIndexes, lambdaFunction } from './lambda-function.ts'
import { lastStop, queue } from './queue.ts'
import { secret } from './secret.ts'
import { table } from './table.ts'

export interface NoticesProps {
  readonly key: IKey | undefined
  readonly stage: string
  readonly bus: EventBus
  readonly accounts: Table
  /** A verified sender of SES; `none`: no mail. */
  readonly mailFrom: string
  /** The URL of the stage's webhook, which gets every event that makes a notice; `none`: no webhook. */
  readonly webhookUrl: string
}

const TIMEOUT_SECONDS = 30

/** Every three minutes for five hours: that long, a receiver of webhooks may be away. */
const TRIES = 100

/** 44 letters and digits are base64 of 33 bytes, which Standard Webhooks wants behind `whsec_`. */
const SECRET_CHARACTERS = 44

/** Event bus → queue → e-mail and the stage's outgoing webhook. */
export class Notices extends Construct {
  readonly sendNotices: IFunction
  readonly deadLetters: Queue
  readonly secret: Secret

  constructor(scope: Construct, id: string, { key, stage, bus, accounts, mailFrom, webhookUrl }: NoticesProps) {
    super(scope, id)
    const notices = table(this, 'NoticesTable', { key, partitionKey: 'notice', timeToLiveAttribute: 'expires_at' })
    this.deadLetters = lastStop(this, 'NoticeDeadLetters', key)
    const waiting = queue(this, 'NoticeQueue', {
      key,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(6 * TIMEOUT_SECONDS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: TRIES },
    })
    new Rule(this, 'Told', {
      description: 'Events that people get notices of',
      eventBus: bus,
      eventPattern: { source: ['groschen'], detailType: [...toldTypes] },
      targets: [new SqsQueue(waiting, { deadLetterQueue: this.deadLetters })],
    })
    this.secret = secret(this, 'WebhookSecret', {
      key,
      description: 'What outgoing webhooks are signed with: whsec_ and this',
      generated: { passwordLength: SECRET_CHARACTERS, excludePunctuation: true },
      whyByHand: 'the receiver has to know it too: it is replaced by hand, in both places',
    })
    const sendNotices = lambdaFunction(this, 'SendNotices', {
      name: 'send-notices',
      key,
      stage,
      memoryMegabytes: 512,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: {
        ACCOUNTS_TABLE: accounts.tableName,
        NOTICES_TABLE: notices.tableName,
        MAIL_FROM: mailFrom,
        WEBHOOK_URL: webhookUrl,
        WEBHOOK_SECRET_ARN: this.secret.secretArn,
      },
    })
    this.sendNotices = sendNotices
    accounts.grant(sendNotices, 'dynamodb:GetItem', 'dynamodb:Query')
    acknowledgeIndexes(sendNotices, 'AccountsTable')
    notices.grant(sendNotices, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem')
    this.secret.grantRead(sendNotices)
    this.grantMail(sendNotices)
    sendNotices.addEventSource(
      new SqsEventSource(waiting, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }),
    )
  }

  private grantMail(to: IFunction): void {
    const kinds = ['identity', 'configuration-set']
    const resources = kinds.map((resource) => Stack.of(this).formatArn({ service: 'ses', resource, resourceName: '*' }))
    to.addToRolePolicy(new PolicyStatement({ actions: ['ses:SendEmail'], resources }))
    if (to.role === undefined) return
    for (const kind of kinds) {
      Validations.of(to.role).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:${kind}/*]`,
        reason:
          'the sender is a parameter of the stage, an address or its domain, and may have a configuration set of its own',
      })
    }
  }
}
