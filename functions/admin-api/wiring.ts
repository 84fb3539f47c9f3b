import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { configuration } from '../../shared/runtime/configuration.ts'
import { archiveClient } from '../../shared/store/archive-client.ts'
import { documentClient } from '../../shared/store/document-client.ts'
import { logWriter } from '../../shared/store/log-writer.ts'
import { openApiDocument } from './openapi-document.ts'
import { operations } from './operations.ts'
import { publishedCards } from './published-cards.ts'
import type { Services } from './services.ts'

const settings = configuration([
  'STAGE',
  'LOG_TABLE',
  'MARKERS_TABLE',
  'ARCHIVE_BUCKET',
  'ACCOUNTS_TABLE',
  'RATES_TABLE',
  'DRAFTS_TABLE',
  'HELD_TABLE',
  'REQUESTS_TABLE',
])

const documents = documentClient()
const nonce = () => randomBytes(8).toString('hex')
const log = { documents, name: settings.LOG_TABLE }
const rates = { documents, name: settings.RATES_TABLE }

/** Made once per process; every request of it is served with these. */
export const services: Services = {
  stage: settings.STAGE,
  log,
  writer: logWriter({
    log,
    markers: { documents, name: settings.MARKERS_TABLE },
    archive: { client: archiveClient(), bucket: settings.ARCHIVE_BUCKET },
    now: Date.now,
    nonce,
    random: Math.random,
    wait: async (milliseconds) => void (await wait(milliseconds)),
  }),
  accounts: { documents, name: settings.ACCOUNTS_TABLE },
  rates,
  cards: publishedCards(rates),
  drafts: { documents, name: settings.DRAFTS_TABLE },
  held: { documents, name: settings.HELD_TABLE },
  requests: { documents, name: settings.REQUESTS_TABLE },
  nonce,
  openApi: () => openApiDocument(operations),
}
