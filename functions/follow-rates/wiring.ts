import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { archiveClient } from '../../shared/ledger/io/archive/archive-client.ts'
import { logWriter } from '../../shared/ledger/io/log-writer.ts'
import { warmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import type { Ports } from './ports.ts'

const settings = configuration([
  'LOG_TABLE',
  'MARKERS_TABLE',
  'ARCHIVE_BUCKET',
  'RATES_TABLE',
  'HELD_TABLE',
  'EVENT_BUS',
])
/** The SDK's own timeouts, without end, outlive a function. */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
}

const documents = documentClient()

/** The clients of this process, made once. */
export const ports: Ports = {
  writer: logWriter({
    log: { documents, name: settings.LOG_TABLE },
    markers: { documents, name: settings.MARKERS_TABLE },
    archive: { client: archiveClient(), bucket: settings.ARCHIVE_BUCKET },
    now: Date.now,
    nonce: () => randomBytes(8).toString('hex'),
    random: Math.random,
    wait: async (milliseconds) => void (await wait(milliseconds)),
  }),
  rates: warmCatalogue({ documents, name: settings.RATES_TABLE }, Date.now),
  held: { documents, name: settings.HELD_TABLE, listed: new Set() },
  bus: { client: new EventBridgeClient(patience), name: settings.EVENT_BUS },
}
