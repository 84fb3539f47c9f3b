import { setTimeout as wait } from 'node:timers/promises'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { paymentSecret } from '../../../shared/payments/io/payment-secret.ts'
import type { Payment } from '../../../shared/payments/payment.ts'
import type { PaymentProvider } from '../../../shared/payments/provider.ts'
import { stripeProvider } from '../../../shared/payments/stripe/stripe-provider.ts'
import { hintTopUp } from '../../../shared/top-ups/io/top-up-queue.ts'
import { type Disagreement, disagreementsOf, type PaidEntry } from '../../../shared/top-ups/reconciliation.ts'
import { OPERATOR } from '../../local/engines/operator.ts'
import { commandOf } from '../lib/command-help.ts'
import { requireData } from '../lib/data-folder.ts'
import { paidEntries } from '../lib/reconcile/paid-entries.ts'
import { type Compared, verdictOf, verdictSentence } from '../lib/reconcile/verdict.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { type LocalStack, localQueueClient } from '../lib/stack-access.ts'
import { DEFAULT_DATA } from '../lib/start-options.ts'
import { openTables } from '../lib/stored-tables.ts'
import { withStack } from '../lib/with-stack.ts'
import { writeLine } from '../lib/write-lines.ts'

interface ReconcileOptions {
  readonly data: string
  readonly json: boolean
  readonly mend: boolean
}

/** Function top-up works its queue off within seconds. */
const MENDING_MS = 20_000
const POLL_MS = 500

/** `npm run reconcile`: leaves with 1 when the provider and the logs do not agree. */
async function reconcile(argv: readonly string[]): Promise<number> {
  const { data, json, mend } = readOptions(argv)
  requireData(data)
  return await withStack(data, voiceOn(process.stderr), async (stack) => {
    const provider = providerOf(stack)
    let compared = await compare(data, provider)
    if (mend && compared.found.length > 0) compared = await mended(stack, data, provider, compared)
    for (const one of compared.found) await writeLine(process.stdout, json ? JSON.stringify(one) : lineOf(one))
    const verdict = verdictOf(compared)
    await writeLine(process.stdout, json ? JSON.stringify(verdict) : verdictSentence(verdict))
    return compared.found.length === 0 ? 0 : 1
  })
}

function readOptions(argv: readonly string[]): ReconcileOptions {
  const command = commandOf(
    'npm run reconcile --',
    'Holds every captured payment of the provider against every log, from the first day on: payments without credits, credits without a payment, other amounts, currencies or accounts, and what was taken back. The schedule does the same for the last day, every 15 minutes. Changes nothing without --mend; uses the stack that runs on the folder, or runs one meanwhile.',
    'npm run reconcile -- --data ./try --json | tail -1',
  )
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .option('--json', 'one JSON object a line: each disagreement, then what was compared', false)
    .option(
      '--mend',
      'have what is captured and not credited, or taken back and not reversed, written to the logs',
      false,
    )
  command.parse(argv, { from: 'user' })
  return command.opts<ReconcileOptions>()
}

function providerOf({ endpoints, outputs, region }: LocalStack): PaymentProvider {
  const arn = outputs['PaymentSecretArn']
  if (arn === undefined) throw new Error('the stack has no output PaymentSecretArn')
  const client = new SecretsManagerClient({ ...OPERATOR, endpoint: endpoints.secrets, region })
  return stripeProvider(paymentSecret({ client, arn }, Date.now), Date.now)
}

async function compare(data: string, provider: PaymentProvider): Promise<Compared> {
  // The logs after the provider: what is credited meanwhile was captured before.
  const captured = new Map<string, Payment>()
  for await (const payment of provider.paymentsBetween(0, Date.now()))
    if (payment.status === 'succeeded') captured.set(payment.id, payment)
  const tables = await openTables(data)
  try {
    const entries = await paidEntries(tables, provider.name)
    // What was captured since the list was made, and refunds that failed, which a list does not show.
    for (const entry of entries)
      if (!isShown(captured, entry)) {
        const late = await provider.payment(entry.payment)
        if (late?.status === 'succeeded') captured.set(entry.payment, late)
      }
    return { captured, entries, found: disagreementsOf(captured, entries) }
  } finally {
    await tables.close()
  }
}

const isShown = (captured: ReadonlyMap<string, Payment>, entry: PaidEntry): boolean =>
  entry.kind === 'top-up'
    ? captured.has(entry.payment)
    : (captured.get(entry.payment)?.takings.some(({ id }) => id === entry.taking) ?? false)

/** Tells function top-up of each payment that has something missing in a log, and waits until it is there. */
async function mended(stack: LocalStack, data: string, provider: PaymentProvider, before: Compared): Promise<Compared> {
  const url = stack.outputs['TopUpQueueUrl']
  if (url === undefined) throw new Error('the stack has no output TopUpQueueUrl')
  const sqs = localQueueClient(stack)
  const isMissing = ({ kind }: Disagreement): boolean => kind === 'not-credited' || kind === 'not-taken-back'
  for (const payment of new Set(before.found.filter(isMissing).map((one) => one.payment)))
    await hintTopUp({ sqs, url }, { payment })
  sqs.destroy()
  for (const until = Date.now() + MENDING_MS; ; await wait(POLL_MS)) {
    const compared = await compare(data, provider)
    if (Date.now() > until || !compared.found.some(isMissing)) return compared
  }
}

const lineOf = ({ kind, account, topUp, payment, detail }: Disagreement): string =>
  `${kind.toUpperCase()}  ${account} ${topUp} ${payment}: ${detail}`

await runCommand(reconcile)
