import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { approvalProblems, isCreditFinal, waitingAnswer } from '../../../shared/api/credits/approval.ts'
import { adjustmentEntrySchema, refundEntrySchema, reversalEntrySchema } from '../../../shared/api/credits/entry.ts'
import { decidedSchema, decisionFields, decisionOf } from '../../../shared/api/fields/decision.ts'
import { entryPlace } from '../../../shared/api/fields/entry-place.ts'
import { givenAmountSchema, givenChangeSchema, readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { described } from '../../../shared/http/described.ts'
import { type Operation, writing } from '../../../shared/http/operation.ts'
import { readPage } from '../../../shared/ledger/io/log-table.ts'
import { minus, noCredits } from '../../../shared/money/amounts.ts'
import { idSchema } from '../../../shared/usage/text.ts'
import { refundable, refundRefusal } from '../refundable.ts'
import { writeCredit } from '../write-credit.ts'

const decided = { page: 7, position: 0, actor: 'olga', at: '2026-11-23T10:15:30.123Z' } as const
const balance = { eur: '48.50', credits: '4850' }

const adjustCredits = writing({
  operationId: 'adjustCredits',
  tag: 'Credits',
  summary: "Put an account's credits right",
  description: 'For what is no grant, refund or reversal: an amount with a minus is taken.',
  params: accountPathSchema,
  body: {
    schema: z.strictObject({ amount: givenChangeSchema, ...decisionFields }).check(z.meta({ id: 'Adjustment' })),
    example: { amount: { eur: '-1.50' }, reason: 'granted twice by mistake', reference: 'T-4711' },
  },
  answers: [
    {
      status: 201,
      description: 'Adjusted; the balance is that after the page the entry stands in',
      schema: decidedSchema(adjustmentEntrySchema),
      example: {
        entry: {
          kind: 'adjustment',
          ...decided,
          amount: { eur: '-1.50', credits: '-150' },
          reason: 'granted twice by mistake',
          reference: 'T-4711',
        },
        balance,
      },
    },
    waitingAnswer,
  ],
  isFinal: isCreditFinal,
  problems: [...approvalProblems, 'balance.out-of-range'],
  handle: async (request, setting) =>
    await writeCredit(
      request.params.account,
      { kind: 'adjustment', ...decisionOf(request, setting), credits: readGivenAmount(request.body.amount) },
      setting,
    ),
})

const refundCharge = writing({
  operationId: 'refundCharge',
  tag: 'Credits',
  summary: 'Give back the credits of a charge, all or some',
  description:
    'At most what was charged, less what a re-rating gave back, and all of that where no amount is told. Once for each charge, whatever the amount; the charge itself stays in the log as it is.',
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
    {
      status: 201,
      description: 'Refunded; the balance is that after the page the entry stands in',
      schema: decidedSchema(refundEntrySchema),
      example: {
        entry: {
          kind: 'refund',
          ...decided,
          amount: { eur: '1.50', credits: '150' },
          of: { source: '/chat/eu', id: 'order-17' },
          reason: 'the answer was cut off',
        },
        balance,
      },
    },
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
  handle: async (request, setting) => {
    const { params, body } = request
    const { source, id } = body
    const of = { source, id }
    const { cost, unless } = await refundable(params.account, of, setting)
    const credits = body.amount === undefined ? cost : readGivenAmount(body.amount)
    const entry = { kind: 'refund' as const, ...decisionOf(request, setting), of, credits }
    return await writeCredit(params.account, entry, setting, { refusal: refundRefusal(credits, cost), unless })
  },
})

const reverseEntry = writing({
  operationId: 'reverseEntry',
  tag: 'Credits',
  summary: 'Take back a grant or an adjustment, whole',
  description: 'Once for each; the original stays in the log as it is. The balance may go below zero.',
  params: accountPathSchema,
  body: {
    schema: z.strictObject({ ...entryPlace, ...decisionFields }).check(z.meta({ id: 'Reversal' })),
    example: { page: 2, position: 0, reason: 'granted to the wrong account' },
  },
  answers: [
    {
      status: 201,
      description: 'Reversed; the balance is that after the page the entry stands in',
      schema: decidedSchema(reversalEntrySchema),
      example: {
        entry: {
          kind: 'reversal',
          ...decided,
          amount: { eur: '-50.00', credits: '-5000' },
          of: '8e03978e-40d5-43e8-bc93-6894a57f9324',
          reason: 'granted to the wrong account',
        },
        balance,
      },
    },
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
  handle: async (request, setting) => {
    const { account } = request.params
    const { page, position } = request.body
    const original = (await readPage(setting.services.log, account, page))?.entries[position]
    if (original === undefined) {
      const detail = `the log of ${account} has no entry ${position} on page ${page}; GET /v1/accounts/${account}/entries lists them`
      throw new Problem('entry.not-found', detail)
    }
    if (original.kind !== 'grant' && original.kind !== 'adjustment') {
      const instead =
        original.kind === 'charge' ? 'refund a charge by POST …/refunds' : 'put it right by POST …/adjustments'
      throw new Problem('entry.not-reversible', `a ${original.kind} can not be reversed; ${instead}`)
    }
    return await writeCredit(
      account,
      {
        kind: 'reversal',
        ...decisionOf(request, setting),
        of: original.key,
        credits: minus(noCredits, original.credits),
      },
      setting,
    )
  },
})

export const correctionOperations: readonly Operation[] = [adjustCredits, refundCharge, reverseEntry]
