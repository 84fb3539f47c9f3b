import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { configuration } from '../../shared/runtime/configuration.ts'
import { documentClient } from '../../shared/store/document-client.ts'
import type { Ports } from './ports.ts'

const { LOG_TABLE, SNAPSHOTS_TABLE, ACCOUNTS_TABLE, EVENT_BUS } = configuration([
  'LOG_TABLE',
  'SNAPSHOTS_TABLE',
  'ACCOUNTS_TABLE',
  'EVENT_BUS',
])

const documents = documentClient()

/** The clients of this process, made once. */
export const ports: Ports = {
  log: { documents, name: LOG_TABLE },
  snapshots: { documents, name: SNAPSHOTS_TABLE },
  accounts: { documents, name: ACCOUNTS_TABLE },
  bus: {
    client: new EventBridgeClient({
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
    }),
    name: EVENT_BUS,
  },
  now: Date.now,
}
