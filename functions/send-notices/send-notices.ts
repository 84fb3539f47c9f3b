import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import * as z from 'zod/mini'
import type { Tools } from '../../shared/aws/lambda.ts'
import { type MailPorts, sendMails } from '../../shared/notices/io/send-mails.ts'
import { sendWebhook, type WebhookPorts } from '../../shared/notices/io/send-webhook.ts'
import { readToldEvent } from '../../shared/notices/told-event.ts'

/** The clients by which notices go out. */
export interface NoticePorts extends MailPorts, WebhookPorts {}

/** The fields of a message from an EventBridge rule that are read here. */
const envelopeSchema = z.object({ detail: z.looseObject({ id: z.string() }) })

const METRICS = {
  sent: 'NoticesMailed',
  'was-sent': undefined,
  'no-mail': undefined,
  'no-recipient': 'NoticesWithoutRecipient',
  uncertain: 'NoticesUncertain',
  'too-old': 'NoticesTooOld',
} as const

/** Events for people → e-mail and webhook. Each way is tried and repeated alone: a failed webhook sends no second mail. */
export const sendNotices =
  (ports: NoticePorts) =>
  async ({ Records }: SQSEvent, tools: Tools): Promise<SQSBatchResponse> => {
    const failed = await Promise.all(
      Records.map(async (record) => ((await isSent(record, ports, tools)) ? [] : [record.messageId])),
    )
    return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) }
  }

async function isSent({ body }: SQSRecord, ports: NoticePorts, { logger, metrics, now }: Tools): Promise<boolean> {
  const failed = (error: unknown) => {
    logger.error('a notice was not sent', error instanceof Error ? error : new Error(String(error)))
    return false
  }
  const mail = async () => {
    const { detail } = envelopeSchema.parse(JSON.parse(body))
    for (const outcome of await sendMails(ports, readToldEvent(detail), now())) {
      const metric = METRICS[outcome]
      if (metric !== undefined) metrics.addMetric(metric, MetricUnit.Count, 1)
      if (outcome === 'uncertain')
        logger.warn('SES did not say whether a notice was mailed; it is not sent again', { event: detail.id })
    }
    return true
  }
  const webhook = async () => {
    const { detail } = envelopeSchema.parse(JSON.parse(body))
    const outcome = await sendWebhook(ports, detail, now())
    if (outcome === 'sent') metrics.addMetric('WebhooksSent', MetricUnit.Count, 1)
    return true
  }
  const sent = await Promise.all([mail().catch(failed), webhook().catch(failed)])
  return sent.every(Boolean)
}
