import { S3Client } from '@aws-sdk/client-s3'
import { configuration } from '../../shared/runtime/configuration.ts'
import { documentClient } from '../../shared/store/document-client.ts'
import type { Ports } from './ports.ts'

const { LOG_TABLE, ACCOUNTS_TABLE, CHECKPOINT_BUCKET } = configuration([
  'LOG_TABLE',
  'ACCOUNTS_TABLE',
  'CHECKPOINT_BUCKET',
])
const documents = documentClient()

/** The clients of this process, made once. */
export const ports: Ports = {
  log: { documents, name: LOG_TABLE },
  accounts: { documents, name: ACCOUNTS_TABLE },
  checkpoints: { client: new S3Client({ maxAttempts: 3 }), bucket: CHECKPOINT_BUCKET },
}
