import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { approvalProblems, isCreditFinal, waitingAnswer } from '../../../shared/api/credits/approval.ts'
import { grantEntrySchema } from '../../../shared/api/credits/entry.ts'
import { decidedSchema, decisionFields, decisionOf } from '../../../shared/api/fields/decision.ts'
import { givenAmountSchema, readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import { type Operation, writing } from '../../../shared/http/operation.ts'
import { writeCredit } from '../write-credit.ts'

const fifty = { eur: '50.00', credits: '5000' }

const grantCredits = writing({
  operationId: 'grantCredits',
  tag: 'Credits',
  summary: 'Grant credits to an account',
  description:
    'The Idempotency-Key is kept with the entry for good: a key once used for an account never grants a second time.',
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
  handle: async (request, setting) =>
    await writeCredit(
      request.params.account,
      { kind: 'grant', ...decisionOf(request, setting), credits: readGivenAmount(request.body.amount) },
      setting,
    ),
})

export const grantOperations: readonly Operation[] = [grantCredits]
