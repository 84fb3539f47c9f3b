import { randomBytes } from 'node:crypto'
import { readApprovalSettings } from '../../shared/approvals/approval-settings.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { billingHead } from '../../shared/billing/io/billing-details-table.ts'
import { HeldTable } from '../../shared/held/io/held-table.ts'
import { processLogWriter } from '../../shared/ledger/io/process-log-writer.ts'
import { PublishedCards } from '../../shared/pricing/io/published-cards.ts'
import { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import { readPurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'
import type { Services } from './services.ts'

const settings = configuration([
  'LOG_TABLE',
  'MARKERS_TABLE',
  'ARCHIVE_BUCKET',
  'ACCOUNTS_TABLE',
  'RATES_TABLE',
  'DRAFTS_TABLE',
  'HELD_TABLE',
  'REQUESTS_TABLE',
  'TOP_UPS_TABLE',
  'PURCHASES',
  'APPROVALS',
])
const documents = documentClient()
const nonce = () => randomBytes(8).toString('hex')
const log = { documents, name: settings.LOG_TABLE }
const accounts = new Table(documents, settings.ACCOUNTS_TABLE)
const rates = new Table(documents, settings.RATES_TABLE)
const drafts = new Table(documents, settings.DRAFTS_TABLE)

/** Made once, when the process starts. */
export const services: Services = {
  log,
  writer: processLogWriter(documents, settings),
  accounts,
  rates,
  cards: new PublishedCards(rates),
  catalogue: new WarmCatalogue(rates, Date.now),
  drafts,
  held: new HeldTable(documents, settings.HELD_TABLE),
  approvals: drafts,
  approvalSettings: settings.APPROVALS === 'none' ? undefined : readApprovalSettings(JSON.parse(settings.APPROVALS)),
  requests: new Table(documents, settings.REQUESTS_TABLE),
  topUps: new Table(documents, settings.TOP_UPS_TABLE),
  purchases: readPurchaseSettings(JSON.parse(settings.PURCHASES)),
  billing: (account) => billingHead(accounts, account),
  nonce,
}
