import { objectClient } from '../../shared/aws/clients.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import type { Ports } from './write-checkpoints.ts'

const { LOG_TABLE, ACCOUNTS_TABLE, CHECKPOINT_BUCKET } = configuration([
  'LOG_TABLE',
  'ACCOUNTS_TABLE',
  'CHECKPOINT_BUCKET',
])
const documents = documentClient()

/** The clients of this process, made once. */
export const ports: Ports = {
  log: { documents, name: LOG_TABLE },
  accounts: new Table(documents, ACCOUNTS_TABLE),
  checkpoints: { client: objectClient(), bucket: CHECKPOINT_BUCKET },
}
