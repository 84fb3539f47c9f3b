import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { operations } from '../../shared/api/operations.ts'
import { readApprovalSettings } from '../../shared/approvals/approval-settings.ts'
import { archiveClient, queueClient, secretsClient } from '../../shared/aws/clients.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { billingHead } from '../../shared/billing/io/billing-details-table.ts'
import { readSeller } from '../../shared/billing/seller.ts'
import { HeldTable } from '../../shared/held/io/held-table.ts'
import { openApiDocument } from '../../shared/http/openapi-document.ts'
import { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import { ReservationGates } from '../../shared/limits/io/reservations/reservation-gates.ts'
import { WarmFolds } from '../../shared/limits/io/warm-folds.ts'
import { paymentSecret } from '../../shared/payments/io/payment-secret.ts'
import { StripeProvider } from '../../shared/payments/stripe/stripe-provider.ts'
import { PublishedCards } from '../../shared/pricing/io/published-cards.ts'
import { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import { inTurn } from '../../shared/time/in-turn.ts'
import { readPurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'
import type { Services } from './services.ts'

const settings = configuration([
  'STAGE',
  'LOG_TABLE',
  'MARKERS_TABLE',
  'ARCHIVE_BUCKET',
  'ACCOUNTS_TABLE',
  'SNAPSHOTS_TABLE',
  'GATES_TABLE',
  'RATES_TABLE',
  'DRAFTS_TABLE',
  'HELD_TABLE',
  'REQUESTS_TABLE',
  'TOP_UPS_TABLE',
  'TOP_UP_QUEUE_URL',
  'PAYMENT_SECRET_ARN',
  'PURCHASES',
  'RETURN_URL',
  'SELLER',
  'APPROVALS',
])

const documents = documentClient()
const waitFor = async (milliseconds: number) => void (await wait(milliseconds))
const nonce = () => randomBytes(8).toString('hex')
const accounts = new Table(documents, settings.ACCOUNTS_TABLE)
const log = { documents, name: settings.LOG_TABLE }
const rates = new Table(documents, settings.RATES_TABLE)

/** Made once per process; every request of it is served with these. */
export const services: Services = {
  stage: settings.STAGE,
  log,
  writer: new LogWriter({
    log,
    markers: new Table(documents, settings.MARKERS_TABLE),
    archive: { client: archiveClient(), bucket: settings.ARCHIVE_BUCKET },
    now: Date.now,
    nonce,
    random: Math.random,
    wait: waitFor,
  }),
  accounts,
  rates,
  cards: new PublishedCards(rates),
  catalogue: new WarmCatalogue(rates, Date.now),
  folds: new WarmFolds({ log, snapshots: new Table(documents, settings.SNAPSHOTS_TABLE), accounts, now: Date.now }),
  gates: new ReservationGates(new Table(documents, settings.GATES_TABLE), {
    random: Math.random,
    wait: waitFor,
    inTurn: inTurn(),
  }),
  drafts: new Table(documents, settings.DRAFTS_TABLE),
  held: new HeldTable(documents, settings.HELD_TABLE),
  approvals: new Table(documents, settings.DRAFTS_TABLE),
  approvalSettings: settings.APPROVALS === 'none' ? undefined : readApprovalSettings(JSON.parse(settings.APPROVALS)),
  requests: new Table(documents, settings.REQUESTS_TABLE),
  topUps: new Table(documents, settings.TOP_UPS_TABLE),
  topUpQueue: { sqs: queueClient(), url: settings.TOP_UP_QUEUE_URL },
  provider: new StripeProvider(
    paymentSecret({ client: secretsClient(), arn: settings.PAYMENT_SECRET_ARN }, Date.now),
    Date.now,
  ),
  purchases: readPurchaseSettings(JSON.parse(settings.PURCHASES)),
  seller: settings.SELLER === 'none' ? undefined : readSeller(JSON.parse(settings.SELLER)),
  billing: (account) => billingHead(accounts, account),
  returnUrl: settings.RETURN_URL,
  nonce,
  openApi: () => openApiDocument(operations),
}
