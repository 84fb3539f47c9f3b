import type { SQSClient } from '@aws-sdk/client-sqs'
import type { HeldTable } from '../../shared/held/io/held-table.ts'
import type { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'

/** The queue that messages come from, and go back to. */
interface UsageQueue {
  readonly sqs: SQSClient
  readonly url: string
  /** From 0 to below 1. */
  readonly random: () => number
}

/** What price-usage reaches out by. */
export interface Ports {
  readonly writer: LogWriter
  readonly rates: WarmCatalogue
  readonly held: HeldTable
  readonly queue: UsageQueue
}
