import { setTimeout as wait } from 'node:timers/promises'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { readPages } from '../../../shared/ledger/io/log-table.ts'
import { paymentSecret } from '../../../shared/payments/io/payment-secret.ts'
import type { Payment } from '../../../shared/payments/payment.ts'
import type { PaymentProvider } from '../../../shared/payments/provider.ts'
import { StripeProvider } from '../../../shared/payments/stripe/stripe-provider.ts'
import { hintTopUp } from '../../../shared/top-ups/io/top-up-queue.ts'
import { type Disagreement, disagreementsOf, type PaidEntry } from '../../../shared/top-ups/reconciliation.ts'
import { newCommand } from '../lib/command.ts'
import { OPTIONS } from '../lib/options.ts'
import { type Place, type Services, withServices } from '../lib/place.ts'
import { type Compared, verdictOf, verdictSentence } from '../lib/reconciliation-verdict.ts'
import { storedAccounts } from '../lib/stored-accounts.ts'
import { type StoredTables, withTables } from '../lib/stored-tables.ts'
import { writeLine } from '../lib/voice.ts'

/** Function top-up works its queue off within seconds. */
const MENDING_MS = 20_000
const POLL_MS = 500
const PAGES_AT_ONCE = 200

/** `groschen reconcile`: status 1 when the provider and the logs do not agree. */
export const reconcile = newCommand(
  'reconcile',
  'Holds every captured payment of the provider against every log, from the first day on: payments without credits, credits without a payment, other amounts, currencies or accounts, and what was taken back. The schedule does the same for the last day, every 15 minutes. Changes nothing without --mend; uses the stack that runs on the folder, or runs one meanwhile.',
  'npx groschen reconcile --data ./try --json | tail -1',
)
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .option('--mend', 'have the missing credits and reversals written to the logs', false)
  .addOption(OPTIONS.jsonAndSums)
  .action(async ({ json, mend, ...place }) =>
    withServices(place, async (services) => {
      const secrets = new SecretsManagerClient(services.settings('secrets'))
      const secret = paymentSecret({ client: secrets, arn: services.output('PaymentSecretArn') }, Date.now)
      const provider = new StripeProvider(secret, Date.now)
      let compared = await compare(place, provider)
      if (mend && compared.found.length > 0) compared = await mended(services, place, provider, compared)
      for (const one of compared.found) await writeLine(json ? JSON.stringify(one) : lineOf(one))
      const verdict = verdictOf(compared)
      await writeLine(json ? JSON.stringify(verdict) : verdictSentence(verdict))
      if (compared.found.length > 0) process.exitCode = 1
    }),
  )

async function compare(place: Place, provider: PaymentProvider): Promise<Compared> {
  // The logs after the provider: what is credited meanwhile was captured before.
  const captured = new Map<string, Payment>()
  for await (const payment of provider.paymentsBetween(0, Date.now()))
    if (payment.status === 'succeeded') captured.set(payment.id, payment)
  return await withTables(place, 'reading', async (tables) => {
    const entries = await paidEntries(tables, provider.name)
    // What was captured since the list was made, and refunds that failed, which a list does not show.
    for (const entry of entries)
      if (!isShown(captured, entry)) {
        const late = await provider.payment(entry.payment)
        if (late?.status === 'succeeded') captured.set(entry.payment, late)
      }
    return { captured, entries, found: disagreementsOf(captured, entries) }
  })
}

/** Every entry of every log that a payment of the provider is behind; invoices have none. */
async function paidEntries(tables: StoredTables, provider: string): Promise<readonly PaidEntry[]> {
  const found: PaidEntry[] = []
  for (const account of await storedAccounts(tables)) {
    for (let from = 1; ; from += PAGES_AT_ONCE) {
      const pages = await readPages(tables.log, account, { from, to: from + PAGES_AT_ONCE - 1 })
      for (const { header, entries } of pages)
        for (const entry of entries)
          if ((entry.kind === 'top-up' || entry.kind === 'payment-reversal') && entry.provider === provider)
            found.push({ ...entry, account, page: header.seq })
      if (pages.length === 0) break
    }
  }
  return found
}

const isShown = (captured: ReadonlyMap<string, Payment>, entry: PaidEntry): boolean =>
  entry.kind === 'top-up'
    ? captured.has(entry.payment)
    : (captured.get(entry.payment)?.takings.some(({ id }) => id === entry.taking) ?? false)

/** Tells function top-up of each payment that has something missing in a log, and waits until it is there. */
async function mended(
  { output, settings }: Services,
  place: Place,
  provider: PaymentProvider,
  before: Compared,
): Promise<Compared> {
  const queue = { sqs: new SQSClient(settings('sqs')), url: output('TopUpQueueUrl') }
  const isMissing = ({ kind }: Disagreement): boolean => kind === 'not-credited' || kind === 'not-taken-back'
  for (const payment of new Set(before.found.filter(isMissing).map((one) => one.payment)))
    await hintTopUp(queue, { payment })
  queue.sqs.destroy()
  for (const until = Date.now() + MENDING_MS; ; await wait(POLL_MS)) {
    const compared = await compare(place, provider)
    if (Date.now() > until || !compared.found.some(isMissing)) return compared
  }
}

const lineOf = ({ kind, account, topUp, payment, detail }: Disagreement): string =>
  `${kind.toUpperCase()}  ${account} ${topUp} ${payment}: ${detail}`
