import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { archiverOf } from './archiver.ts'
import type { Ports } from './ports.ts'
import { warmTails } from './warm-tails.ts'
import { warmWatches } from './warm-watches.ts'

const { LOG_TABLE, SNAPSHOTS_TABLE, ACCOUNTS_TABLE, EVENT_BUS, ARCHIVE_BUCKET, TOP_UP_QUEUE_URL } = configuration([
  'LOG_TABLE',
  'SNAPSHOTS_TABLE',
  'ACCOUNTS_TABLE',
  'EVENT_BUS',
  'ARCHIVE_BUCKET',
  'TOP_UP_QUEUE_URL',
])

/** The SDK's own timeouts, without end, outlive a function. */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
}

const documents = documentClient()
const snapshots = { documents, name: SNAPSHOTS_TABLE }
const accounts = { documents, name: ACCOUNTS_TABLE }

/** The clients of this process, made once. */
export const ports: Ports = {
  log: { documents, name: LOG_TABLE },
  snapshots,
  accounts,
  bus: {
    client: new EventBridgeClient(patience),
    name: EVENT_BUS,
  },
  topUps: { sqs: new SQSClient(patience), url: TOP_UP_QUEUE_URL },
  archiver: archiverOf({ client: new S3Client(patience), bucket: ARCHIVE_BUCKET }),
  tails: warmTails(),
  watches: warmWatches({ snapshots, accounts }),
  now: Date.now,
}
