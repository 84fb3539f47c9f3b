import { randomBytes } from 'node:crypto'
import { operations } from '../../shared/api/operations.ts'
import { queueClient, secretsClient } from '../../shared/aws/clients.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { billingHead } from '../../shared/billing/io/billing-details-table.ts'
import { readSeller } from '../../shared/billing/seller.ts'
import { openApiDocument } from '../../shared/http/openapi-document.ts'
import { processLogWriter } from '../../shared/ledger/io/process-log-writer.ts'
import { WarmFolds } from '../../shared/limits/io/warm-folds.ts'
import { paymentSecret } from '../../shared/payments/io/payment-secret.ts'
import { StripeProvider } from '../../shared/payments/stripe/stripe-provider.ts'
import { PublishedCards } from '../../shared/pricing/io/published-cards.ts'
import { readPurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'
import type { Services } from './services.ts'

const settings = configuration([
  'STAGE',
  'LOG_TABLE',
  'MARKERS_TABLE',
  'ARCHIVE_BUCKET',
  'SNAPSHOTS_TABLE',
  'ACCOUNTS_TABLE',
  'RATES_TABLE',
  'REQUESTS_TABLE',
  'TOP_UPS_TABLE',
  'TOP_UP_QUEUE_URL',
  'PAYMENT_SECRET_ARN',
  'PURCHASES',
  'RETURN_URL',
  'SELLER',
])
const documents = documentClient()
const nonce = () => randomBytes(8).toString('hex')
const log = { documents, name: settings.LOG_TABLE }
const accounts = new Table(documents, settings.ACCOUNTS_TABLE)

/** Made once, when the process starts. */
export const services: Services = {
  stage: settings.STAGE,
  log,
  writer: processLogWriter(documents, settings),
  accounts,
  cards: new PublishedCards(new Table(documents, settings.RATES_TABLE)),
  folds: new WarmFolds({ log, snapshots: new Table(documents, settings.SNAPSHOTS_TABLE), accounts, now: Date.now }),
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
