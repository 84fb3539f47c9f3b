import { SQSClient } from '@aws-sdk/client-sqs'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { lambda } from '../../shared/aws/lambda.ts'
import { Table } from '../../shared/aws/table.ts'
import { HeldTable } from '../../shared/held/io/held-table.ts'
import { processLogWriter } from '../../shared/ledger/io/process-log-writer.ts'
import { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import { consumeUsage } from './consume-usage.ts'

const settings = configuration([
  'LOG_TABLE',
  'MARKERS_TABLE',
  'ARCHIVE_BUCKET',
  'RATES_TABLE',
  'HELD_TABLE',
  'USAGE_QUEUE_URL',
])
const documents = documentClient()

/** Made once, when the process starts, and warm from then on. */
const ports = {
  writer: processLogWriter(documents, settings),
  rates: new WarmCatalogue(new Table(documents, settings.RATES_TABLE), Date.now),
  held: new HeldTable(documents, settings.HELD_TABLE),
  queue: { sqs: new SQSClient({ maxAttempts: 2 }), url: settings.USAGE_QUEUE_URL, random: Math.random },
}

export const handler = lambda(consumeUsage(ports))
