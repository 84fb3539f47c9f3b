import { busClient, objectClient, queueClient } from '../../shared/aws/clients.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { Archiver } from './archiver.ts'
import type { Ports } from './project-log.ts'
import { WarmTails, WarmWatches } from './warm-tails.ts'

const { LOG_TABLE, SNAPSHOTS_TABLE, ACCOUNTS_TABLE, EVENT_BUS, ARCHIVE_BUCKET, TOP_UP_QUEUE_URL } = configuration([
  'LOG_TABLE',
  'SNAPSHOTS_TABLE',
  'ACCOUNTS_TABLE',
  'EVENT_BUS',
  'ARCHIVE_BUCKET',
  'TOP_UP_QUEUE_URL',
])

const documents = documentClient()
const snapshots = new Table(documents, SNAPSHOTS_TABLE)
const accounts = new Table(documents, ACCOUNTS_TABLE)

/** The clients of this process, made once. */
export const ports: Ports = {
  log: { documents, name: LOG_TABLE },
  snapshots,
  accounts,
  bus: { client: busClient(), name: EVENT_BUS },
  topUps: { sqs: queueClient(), url: TOP_UP_QUEUE_URL },
  archiver: new Archiver({ client: objectClient(), bucket: ARCHIVE_BUCKET }),
  tails: new WarmTails(),
  watches: new WarmWatches({ snapshots, accounts }),
  now: Date.now,
}
