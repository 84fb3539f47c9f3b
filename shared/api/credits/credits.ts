import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, writing } from '../../http/operation.ts'
import { idSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { decidedSchema, decisionFields } from '../fields/decision.ts'
import { entryPlace } from '../fields/entry-place.ts'
import { givenAmountSchema, givenChangeSchema } from '../fields/given-amount.ts'
import { approvalProblems, isCreditFinal, waitingAnswer } from './approval.ts'
import { adjustmentEntrySchema, grantEntrySchema, refundEntrySchema, reversalEntrySchema } from './entry.ts'

const fifty = { eur: '50.00', credits: '5000' }

export const grantCredits = writing({
  operationId: 'grantCredits',
  route: 'POST /v1/accounts/{account}/grants',
  scope: 'operate',
  tag: 'Credits',
  summary: 'Grant credits to an account',
  description: 'The Idempotency-Key is stored with the entry for ever: a key never grants a second time in an account.',
  params: accountPathSchema,
  body: {
    schema: z.strictObject({ amount: givenAmountSchema, ...decisionFields }).check(z.meta({ id: 'Grant' })),
    example: { amount: { eur: '50.00' }, reason: 'welcome', reference: 'INV-17' },
  },
  answers: [
    answer(201, 'Granted; the balance is that after the page the entry stands in', decidedSchema(grantEntrySchema), {
      entry: {
        kind: 'grant',
        page: 2,
        position: 0,
        amount: fifty,
        actor: 'olga',
        reason: 'welcome',
        reference: 'INV-17',
        at: '2026-11-23T10:15:30.123Z',
      },
      balance: fifty,
    }),
    waitingAnswer,
  ],
  isFinal: isCreditFinal,
  problems: [...approvalProblems, 'balance.out-of-range'],
})

const decided = { page: 7, position: 0, actor: 'olga', at: '2026-11-23T10:15:30.123Z' } as const

const balance = { eur: '48.50', credits: '4850' }

export const adjustCredits = writing({
  operationId: 'adjustCredits',
  route: 'POST /v1/accounts/{account}/adjustments',
  scope: 'operate',
  tag: 'Credits',
  summary: "Put an account's credits right",
  description: 'For what is no grant, refund or reversal: an amount with a minus is taken.',
  params: accountPathSchema,
  body: {
    schema: z.strictObject({ amount: givenChangeSchema, ...decisionFields }).check(z.meta({ id: 'Adjustment' })),
    example: { amount: { eur: '-1.50' }, reason: 'granted twice by mistake', reference: 'T-4711' },
  },
  answers: [
    answer(
      201,
      'Adjusted; the balance is that after the page the entry stands in',
      decidedSchema(adjustmentEntrySchema),
      {
        entry: {
          kind: 'adjustment',
          ...decided,
          amount: { eur: '-1.50', credits: '-150' },
          reason: 'granted twice by mistake',
          reference: 'T-4711',
        },
        balance,
      },
    ),
    waitingAnswer,
  ],
  isFinal: isCreditFinal,
  problems: [...approvalProblems, 'balance.out-of-range'],
})

export const refundCharge = writing({
  operationId: 'refundCharge',
  route: 'POST /v1/accounts/{account}/refunds',
  scope: 'operate',
  tag: 'Credits',
  summary: 'Give back the credits of a charge, all or some',
  description:
    'Refunds at most what was charged, less what a re-rating gave back. Without an amount it refunds all of that. Each charge can be refunded only once. The charge itself stays in the log as it is.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        source: described(idSchema, 'The source of the event that was charged'),
        id: described(idSchema, 'Its id'),
        amount: z.optional(givenAmountSchema),
        ...decisionFields,
      })
      .check(z.meta({ id: 'Refund' })),
    example: { source: '/chat/eu', id: 'order-17', amount: { credits: '150' }, reason: 'the answer was cut off' },
  },
  answers: [
    answer(201, 'Refunded; the balance is that after the page the entry stands in', decidedSchema(refundEntrySchema), {
      entry: {
        kind: 'refund',
        ...decided,
        amount: { eur: '1.50', credits: '150' },
        of: { source: '/chat/eu', id: 'order-17' },
        reason: 'the answer was cut off',
      },
      balance,
    }),
    waitingAnswer,
  ],
  isFinal: isCreditFinal,
  problems: [
    ...approvalProblems,
    'charge.not-found',
    'refund.too-large',
    'credits.corrected-before',
    'balance.out-of-range',
  ],
})

export const reverseEntry = writing({
  operationId: 'reverseEntry',
  route: 'POST /v1/accounts/{account}/reversals',
  scope: 'operate',
  tag: 'Credits',
  summary: 'Take back a grant or an adjustment, whole',
  description: 'Once for each; the original stays in the log as it is. The balance may go below zero.',
  params: accountPathSchema,
  body: {
    schema: z.strictObject({ ...entryPlace, ...decisionFields }).check(z.meta({ id: 'Reversal' })),
    example: { page: 2, position: 0, reason: 'granted to the wrong account' },
  },
  answers: [
    answer(
      201,
      'Reversed; the balance is that after the page the entry stands in',
      decidedSchema(reversalEntrySchema),
      {
        entry: {
          kind: 'reversal',
          ...decided,
          amount: { eur: '-50.00', credits: '-5000' },
          of: '8e03978e-40d5-43e8-bc93-6894a57f9324',
          reason: 'granted to the wrong account',
        },
        balance,
      },
    ),
    waitingAnswer,
  ],
  isFinal: isCreditFinal,
  problems: [
    ...approvalProblems,
    'entry.not-found',
    'entry.not-reversible',
    'credits.corrected-before',
    'balance.out-of-range',
  ],
})

export const creditOperations: readonly Operation[] = [grantCredits, adjustCredits, refundCharge, reverseEntry]
