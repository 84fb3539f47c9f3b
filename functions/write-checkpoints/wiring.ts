import { S3Client } from '@aws-sdk/client-s3'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import type { Ports } from './ports.ts'

const { LOG_TABLE, ACCOUNTS_TABLE, CHECKPOINT_BUCKET } = configuration([
  'LOG_TABLE',
  'ACCOUNTS_TABLE',
  'CHECKPOINT_BUCKET',
])
/** The SDK's own timeouts, without end, outlive a function. */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
}

const documents = documentClient()

/** The clients of this process, made once. */
export const ports: Ports = {
  log: { documents, name: LOG_TABLE },
  accounts: { documents, name: ACCOUNTS_TABLE },
  checkpoints: { client: new S3Client(patience), bucket: CHECKPOINT_BUCKET },
}
