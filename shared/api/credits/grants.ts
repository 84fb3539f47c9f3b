import * as z from 'zod/mini'
import { type Operation, writing } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { decidedSchema, decisionFields } from '../fields/decision.ts'
import { givenAmountSchema } from '../fields/given-amount.ts'
import { approvalProblems, isCreditFinal, waitingAnswer } from './approval.ts'
import { grantEntrySchema } from './entry.ts'

const fifty = { eur: '50.00', credits: '5000' }

export const grantCredits = writing({
  operationId: 'grantCredits',
  method: 'POST',
  path: '/v1/accounts/{account}/grants',
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
    {
      status: 201,
      description: 'Granted; the balance is that after the page the entry stands in',
      schema: decidedSchema(grantEntrySchema),
      example: {
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
      },
    },
    waitingAnswer,
  ],
  isFinal: isCreditFinal,
  problems: [...approvalProblems, 'balance.out-of-range'],
})

export const grantOperations: readonly Operation[] = [grantCredits]
