import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { paymentSecret } from '../../../shared/payments/io/payment-secret.ts'
import { StripeProvider } from '../../../shared/payments/stripe/stripe-provider.ts'
import { compareEverything, mendMissing } from '../../../shared/top-ups/io/reconcile/compare-everything.ts'
import {
  type Disagreement,
  type ReconciliationSums,
  reconciliationSums,
} from '../../../shared/top-ups/reconciliation.ts'
import { newCommand } from '../lib/command.ts'
import { OPTIONS } from '../lib/options.ts'
import { withServices } from '../lib/place.ts'
import { storedAccounts } from '../lib/stored-accounts.ts'
import { withTables } from '../lib/stored-tables.ts'
import { counted } from '../lib/table.ts'
import { writeLine } from '../lib/voice.ts'

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
    withServices(place, async ({ settings, output }) =>
      withTables(place, 'reading', async (tables) => {
        const secrets = new SecretsManagerClient(settings('secrets'))
        const secret = paymentSecret({ client: secrets, arn: output('PaymentSecretArn') }, Date.now)
        const provider = new StripeProvider(secret, Date.now)
        const everything = { provider, log: tables.log, accounts: () => storedAccounts(tables), now: Date.now }
        let compared = await compareEverything(everything)
        if (mend && compared.found.length > 0) {
          const queue = { sqs: new SQSClient(settings('sqs')), url: output('TopUpQueueUrl') }
          compared = await mendMissing(queue, everything, compared)
        }
        for (const one of compared.found) await writeLine(json ? JSON.stringify(one) : lineOf(one))
        const sums = reconciliationSums(compared)
        await writeLine(json ? JSON.stringify(sums) : sentenceOf(sums))
        if (compared.found.length > 0) process.exitCode = 1
      }),
    ),
  )

const lineOf = ({ kind, account, topUp, payment, detail }: Disagreement): string =>
  `${kind.toUpperCase()}  ${account} ${topUp} ${payment}: ${detail}`

/** The sums in one sentence; amounts in euros. */
export function sentenceOf(sums: ReconciliationSums): string {
  const { captured, refunded, disputed, credited } = sums
  const theirs = [
    `${counted(sums.payments, 'payment')} captured, ${captured} €`,
    `${counted(sums.refunds, 'refund')}, ${refunded} €, ${sums.refundsFailed} failed`,
    `${counted(sums.disputes, 'dispute')}, ${disputed} €, ${sums.disputesWon} won`,
  ]
  const ours = `${counted(sums.credits, 'payment')} credited in the logs, ${credited} €, ${counted(sums.reversals, 'reversal')}`
  const end = sums.disagreements === 0 ? 'they agree' : counted(sums.disagreements, 'disagreement')
  return `${[...theirs, ours, end].join('; ')}.`
}
