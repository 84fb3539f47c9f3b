import { busClient, secretsClient } from '../../shared/aws/clients.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { billingHead } from '../../shared/billing/io/billing-details-table.ts'
import { processLogWriter } from '../../shared/ledger/io/process-log-writer.ts'
import { paymentSecret } from '../../shared/payments/io/payment-secret.ts'
import { StripeProvider } from '../../shared/payments/stripe/stripe-provider.ts'
import type { TopUpClients } from '../../shared/top-ups/io/top-up-ports.ts'
import { readPurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'

const settings = configuration([
  ...(['LOG_TABLE', 'MARKERS_TABLE', 'ARCHIVE_BUCKET', 'ACCOUNTS_TABLE', 'TOP_UPS_TABLE'] as const),
  ...(['EVENT_BUS', 'PAYMENT_SECRET_ARN', 'PURCHASES', 'RETURN_URL'] as const),
])
const purchases = readPurchaseSettings(JSON.parse(settings.PURCHASES))

const documents = documentClient()
const accounts = new Table(documents, settings.ACCOUNTS_TABLE)
const log = { documents, name: settings.LOG_TABLE }

/** The clients of this process, made once. */
export const ports: TopUpClients = {
  log,
  writer: processLogWriter(documents, settings),
  accounts,
  topUps: new Table(documents, settings.TOP_UPS_TABLE),
  provider: new StripeProvider(
    paymentSecret({ client: secretsClient(), arn: settings.PAYMENT_SECRET_ARN }, Date.now),
    Date.now,
  ),
  bus: { client: busClient(), name: settings.EVENT_BUS },
  purchases,
  billing: (account) => billingHead(accounts, account),
  returnUrl: settings.RETURN_URL,
}
