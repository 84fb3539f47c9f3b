import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Tools } from '../../shared/aws/lambda.ts'
import { PaymentSecretNotSet } from '../../shared/payments/io/payment-secret.ts'
import { followMessage } from './follow-message.ts'
import { readMessage } from './message.ts'
import type { Mismatch, Ports, Working } from './ports.ts'
import { reconcile } from './reconcile.ts'

/** For a message: two of the provider's slowest answers, and the writes that follow. What is begun with less may be killed in the middle. */
const RESERVE_MS = 45_000

/** What the schedule says every fifteen minutes. */
export interface Reconcile {
  readonly reconcile: true
}

/** The top-up queue, or the schedule → payments, credits, and what the log says of them. */
export const topUp =
  (ports: Ports) =>
  async (event: SQSEvent | Reconcile, tools: Tools): Promise<SQSBatchResponse | undefined> => {
    const working: Working = { ...tools, report: reporterOf(tools) }
    if ('reconcile' in event) {
      await reconcile(ports, working, tools).catch((error: unknown) => {
        // A stage that sells nothing has nothing to reconcile; what waits for a payment is told by its age.
        if (!(error instanceof PaymentSecretNotSet)) throw error
        tools.logger.info(error.message)
      })
      return undefined
    }
    const batchItemFailures: { itemIdentifier: string }[] = []
    for (const { messageId, body } of event.Records) {
      if (tools.remainingMs() < RESERVE_MS) {
        batchItemFailures.push({ itemIdentifier: messageId })
        continue
      }
      const message = readMessage(body)
      if (message === undefined) {
        tools.logger.error('a message that nobody of ours wrote is left out', { messageId })
        tools.metrics.addMetric('TopUpMessagesRefused', MetricUnit.Count, 1)
        continue
      }
      try {
        await followMessage(ports, message, working)
      } catch (error) {
        tools.logger.error('a top-up did not get on; it is tried again', { ...message, error: error as Error })
        batchItemFailures.push({ itemIdentifier: messageId })
      }
    }
    return { batchItemFailures }
  }

const reporterOf =
  ({ logger, metrics }: Pick<Tools, 'logger' | 'metrics'>): Working['report'] =>
  (finding: Mismatch) => {
    metrics.addMetric('PaymentMismatches', MetricUnit.Count, 1)
    logger.error('a payment is not what was asked for; nothing is credited by it', { ...finding })
  }
