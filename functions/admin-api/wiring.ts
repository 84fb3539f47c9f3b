import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { readApprovalSettings } from '../../shared/approvals/approval-settings.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { billingHead } from '../../shared/billing/io/billing-details-table.ts'
import { readSeller } from '../../shared/billing/seller.ts'
import { openApiDocument } from '../../shared/http/openapi-document.ts'
import { archiveClient } from '../../shared/ledger/io/archive/archive-client.ts'
import { logWriter } from '../../shared/ledger/io/log-writer.ts'
import { paymentSecret } from '../../shared/payments/io/payment-secret.ts'
import { stripeProvider } from '../../shared/payments/stripe/stripe-provider.ts'
import { publishedCards } from '../../shared/pricing/io/published-cards.ts'
import { warmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import { warmFolds } from '../../shared/spend/io/warm-folds.ts'
import { inTurn } from '../../shared/time/in-turn.ts'
import { readPurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'
import { operations } from './operations.ts'
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

/** The SDK's own timeouts, without end, outlive a function. */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
}

const documents = documentClient()
const waitFor = async (milliseconds: number) => void (await wait(milliseconds))
const nonce = () => randomBytes(8).toString('hex')
const accounts = { documents, name: settings.ACCOUNTS_TABLE }
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
    wait: waitFor,
  }),
  accounts,
  rates,
  cards: publishedCards(rates),
  catalogue: warmCatalogue(rates, Date.now),
  folds: warmFolds({ log, snapshots: { documents, name: settings.SNAPSHOTS_TABLE }, accounts, now: Date.now }),
  gates: { documents, name: settings.GATES_TABLE, random: Math.random, wait: waitFor, inTurn: inTurn() },
  drafts: { documents, name: settings.DRAFTS_TABLE },
  held: { documents, name: settings.HELD_TABLE, listed: new Set() },
  approvals: { documents, name: settings.DRAFTS_TABLE },
  approvalSettings: settings.APPROVALS === 'none' ? undefined : readApprovalSettings(JSON.parse(settings.APPROVALS)),
  requests: { documents, name: settings.REQUESTS_TABLE },
  topUps: { documents, name: settings.TOP_UPS_TABLE },
  topUpQueue: { sqs: new SQSClient(patience), url: settings.TOP_UP_QUEUE_URL },
  provider: stripeProvider(
    paymentSecret({ client: new SecretsManagerClient(patience), arn: settings.PAYMENT_SECRET_ARN }, Date.now),
    Date.now,
  ),
  purchases: readPurchaseSettings(JSON.parse(settings.PURCHASES)),
  seller: settings.SELLER === 'none' ? undefined : readSeller(JSON.parse(settings.SELLER)),
  billing: (account) => billingHead(accounts, account),
  returnUrl: settings.RETURN_URL,
  nonce,
  openApi: () => openApiDocument(operations),
}
