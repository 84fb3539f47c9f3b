import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { AccountLog } from './constructs/account-log.ts'
import { Checkpoints } from './constructs/checkpoints.ts'
import { FollowRates } from './constructs/follow-rates.ts'
import { HttpApi } from './constructs/http-api.ts'
import { Monitoring } from './constructs/monitoring.ts'
import { Notices } from './constructs/notices.ts'
import { PaymentSettings } from './constructs/payment-settings.ts'
import { PaymentWebhook } from './constructs/payment-webhook.ts'
import { Records } from './constructs/records.ts'
import { dataKey } from './constructs/table.ts'
import { TokenIssuer } from './constructs/token-issuer.ts'
import { TopUpQueues } from './constructs/top-up-queues.ts'
import { TopUps } from './constructs/top-ups.ts'
import { UsagePipeline } from './constructs/usage-pipeline.ts'

export interface GroschenStackProps extends StackProps {
  /** Names the stack, and stands in every answer of the health check: `dev`, `prod`. */
  readonly stage: string
}

/** Everything of one stage. */
export class GroschenStack extends Stack {
  constructor(scope: Construct, id: string, { stage, ...props }: GroschenStackProps) {
    super(scope, id, { description: `Groschen, stage ${stage}: exact prepaid credits for AI platforms`, ...props })
    const mailFrom = new CfnParameter(this, 'MailFrom', {
      description: 'The sender of notices, verified in SES; none: no mail is sent',
      default: 'none',
      maxLength: 320,
    })
    const webhookUrl = new CfnParameter(this, 'WebhookUrl', {
      description: 'Where notices are posted, signed: an https URL; none: nowhere',
      default: 'none',
      maxLength: 1024,
    })

    const key = dataKey(this)
    const tokens = new TokenIssuer(this, 'TokenIssuer', { key, stage })
    const records = new Records(this, 'Records', { key })
    const queues = new TopUpQueues(this, 'TopUpQueues', { key })
    const payments = new PaymentSettings(this, 'PaymentSettings', { key })
    const log = new AccountLog(this, 'AccountLog', {
      key,
      stage,
      accounts: records.accounts,
      topUpQueue: queues.queue,
    })
    const usage = new UsagePipeline(this, 'UsagePipeline', {
      key,
      stage,
      log,
      rates: records.rates,
      held: records.held,
    })
    const rates = new FollowRates(this, 'FollowRates', {
      key,
      stage,
      log,
      rates: records.rates,
      held: records.held,
    })
    // Its routes are named by this id: under another one, a deployment would make them twice.
    const api = new HttpApi(this, 'AdminApi', {
      key,
      stage,
      log: log.log,
      markers: log.markers,
      snapshots: log.snapshots,
      archive: log.archive,
      records,
      topUpQueue: queues.queue,
      payments,
      tokens,
    })
    const topUps = new TopUps(this, 'TopUps', {
      key,
      stage,
      log: log.log,
      markers: log.markers,
      archive: log.archive,
      accounts: records.accounts,
      topUps: records.topUps,
      bus: log.bus,
      queues,
      payments,
    })
    const webhook = new PaymentWebhook(this, 'PaymentWebhook', {
      key,
      stage,
      api: api.api,
      apiStage: api.stage,
      queue: queues.queue,
      payments,
    })
    const checkpoints = new Checkpoints(this, 'Checkpoints', { key, stage, log: log.log, accounts: records.accounts })
    const notices = new Notices(this, 'Notices', {
      key,
      stage,
      bus: log.bus,
      accounts: records.accounts,
      mailFrom: mailFrom.valueAsString,
      webhookUrl: webhookUrl.valueAsString,
    })
    new Monitoring(this, 'Monitoring', {
      stage,
      queue: usage.queue,
      topUpQueue: queues.queue,
      deadLetters: [usage.deadLetters, log.failedHints, queues.deadLetters, notices.deadLetters],
      functions: {
        PriceUsage: usage.priceUsage,
        ProjectLog: log.projectLog,
        ...api.functions,
        WriteCheckpoints: checkpoints.writeCheckpoints,
        FollowRates: rates.followRates,
        TopUp: topUps.topUp,
        PaymentWebhook: webhook.paymentWebhook,
        SendNotices: notices.sendNotices,
      },
      projectLog: log.projectLog,
    })

    const outputs = {
      ApiUrl: api.url,
      UsageQueueUrl: usage.queue.queueUrl,
      DeadLettersUrl: usage.deadLetters.queueUrl,
      EventBusName: log.bus.eventBusName,
      ArchiveBucketName: log.archive.bucketName,
      CheckpointBucketName: checkpoints.bucket.bucketName,
      LogTableName: log.log.tableName,
      MarkersTableName: log.markers.tableName,
      SnapshotsTableName: log.snapshots.tableName,
      AccountsTableName: records.accounts.tableName,
      RatesTableName: records.rates.tableName,
      DraftsTableName: records.drafts.tableName,
      GatesTableName: records.gates.tableName,
      HeldTableName: records.held.tableName,
      TopUpsTableName: records.topUps.tableName,
      TopUpQueueUrl: queues.queue.queueUrl,
      PaymentSecretArn: payments.secret.secretArn,
      PaymentWebhookSecretArn: payments.webhookSecret.secretArn,
      WebhookSecretArn: notices.secret.secretArn,
      RequestsTableName: records.requests.tableName,
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value })
  }
}
