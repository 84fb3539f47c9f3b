import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Tools } from '../../shared/aws/lambda.ts'
import { PaymentSecretNotSet } from '../../shared/payments/io/payment-secret.ts'
import { followMessage } from '../../shared/top-ups/io/follow-message.ts'
import { reconcileAll } from '../../shared/top-ups/io/reconcile/reconcile-all.ts'
import type { TopUpClients, TopUpPorts } from '../../shared/top-ups/io/top-up-ports.ts'
import { readTopUpHint } from '../../shared/top-ups/io/top-up-queue.ts'

/** For a message: two of the provider's slowest answers, and the writes that follow. What is begun with less may be killed in the middle. */
const RESERVE_MS = 45_000

/** The event of the schedule, every fifteen minutes. */
export interface Reconcile {
  readonly reconcile: true
}

/** The top-up queue, or the schedule → payments, credits, and their entries. */
export const topUp =
  (clients: TopUpClients) =>
  async (event: SQSEvent | Reconcile, tools: Tools): Promise<SQSBatchResponse | undefined> => {
    const { logger, metrics, now, remainingMs } = tools
    const report: TopUpPorts['report'] = (finding) => {
      metrics.addMetric('PaymentMismatches', MetricUnit.Count, 1)
      logger.error('a payment is not what was asked for; nothing is credited by it', { ...finding })
    }
    const ports: TopUpPorts = { ...clients, now, remainingMs, report }
    if ('reconcile' in event) {
      await reconcileAll(ports, tools).catch((error: unknown) => {
        // A stage that sells nothing has nothing to reconcile; an alarm on age reports waiting payments.
        if (!(error instanceof PaymentSecretNotSet)) throw error
        logger.info(error.message)
      })
      return undefined
    }
    const batchItemFailures: { itemIdentifier: string }[] = []
    for (const { messageId, body } of event.Records) {
      if (remainingMs() < RESERVE_MS) {
        batchItemFailures.push({ itemIdentifier: messageId })
        continue
      }
      const message = readTopUpHint(body)
      if (message === undefined) {
        logger.error('skips an unrecognised message', { messageId })
        metrics.addMetric('TopUpMessagesRefused', MetricUnit.Count, 1)
        continue
      }
      try {
        await followMessage(ports, message)
      } catch (error) {
        logger.error('a top-up did not get on; it is tried again', { ...message, error: error as Error })
        batchItemFailures.push({ itemIdentifier: messageId })
      }
    }
    return { batchItemFailures }
  }
