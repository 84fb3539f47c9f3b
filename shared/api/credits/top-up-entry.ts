import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { Settings } from '../../ledger/entries/settings.ts'
import type { TopUpLogEntry } from '../../ledger/entries/top-up.ts'
import { waitReasons } from '../../ledger/tally/top-up-state.ts'
import { amountText } from '../../money/amounts.ts'
import { takingCauses } from '../../money/taking-causes.ts'
import { instantText } from '../../time/instant.ts'
import { amountSchema } from '../fields/amount.ts'
import { entryPlace } from '../fields/entry-place.ts'
import { levelsSchema } from '../fields/given-amount.ts'
import { timeSchema } from '../fields/time.ts'
import { autoTopUpSchema, autoTopUpShape } from '../top-ups/auto-top-up.ts'

/** An account's settings, as an entry of the log shows them. */
export const settingsFields = {
  lowBalanceLevels: levelsSchema,
  lowBalanceShares: z.optional(
    described(z.array(z.number()), 'The same, in percent of what the newest top-up credited'),
  ),
  autoTopUp: z.optional(autoTopUpSchema),
}

const common = {
  ...entryPlace,
  topUp: described(z.string(), 'The top-up, within the account'),
  actor: z.string(),
  at: timeSchema,
}
const openedAt = described(z.string(), 'The page that opened the automatic top-up')
const ofProvider = {
  provider: z.string(),
  payment: described(z.string(), 'The provider’s id; of an invoice, its number'),
}

const topUpSchema = z
  .object({
    kind: z.literal('top-up'),
    ...common,
    ...ofProvider,
    of: z.optional(openedAt),
    approvedBy: z.optional(
      described(z.string(), 'Of an invoice, the other operator who approved it, where the stage asks for one'),
    ),
    paid: described(z.string(), 'Euros, with tax and fee; of an invoice, what it asks for'),
    amount: amountSchema,
  })
  .check(z.meta({ id: 'TopUpEntry', description: 'Credits bought; once for each payment' }))

const endedSchema = z
  .object({
    kind: z.literal('top-up-ended'),
    ...common,
    of: openedAt,
    reason: z.enum([...waitReasons, 'off', 'not-needed']),
    until: z.optional(described(timeSchema, 'When it is tried again')),
  })
  .check(z.meta({ id: 'TopUpEndedEntry', description: 'An automatic top-up that did not come to a payment' }))

const retrySchema = z
  .object({
    kind: z.literal('top-up-retry'),
    ...entryPlace,
    of: openedAt,
    cause: z.enum(['due', 'admin', 'payment-method']),
    actor: z.string(),
    at: timeSchema,
  })
  .check(z.meta({ id: 'TopUpRetryEntry', description: 'Automatic top-up is judged again' }))

const paymentReversalSchema = z
  .object({
    kind: z.literal('payment-reversal'),
    ...common,
    ...ofProvider,
    taking: described(z.string(), 'The provider’s id of the refund or dispute'),
    cause: z.enum(takingCauses),
    amount: amountSchema,
  })
  .check(
    z.meta({ id: 'PaymentReversalEntry', description: 'Money of a payment went back to the payer, or came again' }),
  )

const reconciledSchema = z
  .object({ kind: z.literal('reconciled'), ...entryPlace, epoch: z.int(), actor: z.string(), at: timeSchema })
  .check(
    z.meta({
      id: 'ReconciledEntry',
      description: 'Every payment was held against the restored log: automatic top-up goes on',
    }),
  )

const wantedSchema = z
  .object({ kind: z.literal('top-up-wanted'), ...common, paid: described(z.string(), 'Euros, with tax and fee') })
  .check(z.meta({ id: 'TopUpWantedEntry', description: 'A person wants to buy credits: it counts towards the caps' }))

const notPaidSchema = z
  .object({ kind: z.literal('top-up-not-paid'), ...common })
  .check(z.meta({ id: 'TopUpNotPaidEntry', description: 'What a person wanted was not paid: it counts no more' }))

export const topUpEntrySchemas = [
  wantedSchema,
  notPaidSchema,
  topUpSchema,
  endedSchema,
  retrySchema,
  paymentReversalSchema,
  reconciledSchema,
] as const

type Shown = z.infer<(typeof topUpEntrySchemas)[number]>

export function topUpEntryShape(entry: TopUpLogEntry, page: number, position: number): Shown {
  const { key, actor } = entry
  const made = { page, position, actor, at: instantText(entry.at) }
  switch (entry.kind) {
    case 'top-up': {
      const { kind, approvedBy, provider, payment, of, paid, credits } = entry
      const who = { ...made, ...(approvedBy !== undefined && { approvedBy }) }
      const amounts = { paid: paid.toFixed(2), amount: amountText(credits) }
      return { kind, ...who, topUp: key, provider, payment, ...(of !== undefined && { of }), ...amounts }
    }
    case 'top-up-ended': {
      const { kind, of, reason, until } = entry
      return { kind, ...made, topUp: key, of, reason, ...(until !== undefined && { until: instantText(until) }) }
    }
    case 'top-up-wanted':
      return { kind: entry.kind, ...made, topUp: key, paid: entry.paid.toFixed(2) }
    case 'top-up-not-paid':
      return { kind: entry.kind, ...made, topUp: key }
    case 'reconciled':
      return { kind: entry.kind, ...made, epoch: entry.epoch }
    case 'top-up-retry':
      return { kind: entry.kind, ...made, of: entry.of, cause: entry.cause }
    case 'payment-reversal': {
      const { kind, provider, payment, taking, cause, credits } = entry
      return { kind, ...made, topUp: key, provider, payment, taking, cause, amount: amountText(credits) }
    }
  }
}

export const settingsShape = ({ lowBalanceLevels, lowBalanceShares, autoTopUp }: Settings) => ({
  lowBalanceLevels: lowBalanceLevels.map(amountText),
  lowBalanceShares: lowBalanceShares && [...lowBalanceShares],
  autoTopUp: autoTopUp && autoTopUpShape(autoTopUp),
})
