import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, writing } from '../../http/operation.ts'
import { daySchema, nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { approvalProblems, isCreditFinal, waitingAnswer } from '../credits/approval.ts'
import { givenAmountSchema } from '../fields/given-amount.ts'
import { invoiceExample, shownTopUpSchema } from './top-up.ts'

export const creditInvoice = writing({
  operationId: 'creditInvoice',
  route: 'POST /v1/accounts/{account}/invoice-top-ups',
  scope: 'operate',
  tag: 'Top-ups',
  summary: 'Credit what an account pays by invoice',
  description:
    'Once for each invoice number of the account, whenever the money comes: nothing says that it is paid. It costs what a purchase does, without the fee. One that waits for another operator keeps its due day, also where the day is over when it is approved.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        amount: givenAmountSchema,
        reference: described(nameSchema, 'The invoice’s number'),
        dueOn: described(daySchema, 'When it is due: today, where the account is, or later'),
      })
      .check(z.meta({ id: 'CreditInvoice' })),
    example: { amount: { eur: '1000' }, reference: 'INV-2026-17', dueOn: '2026-12-24' },
  },
  answers: [answer(201, 'Credited', shownTopUpSchema, invoiceExample), waitingAnswer],
  isFinal: isCreditFinal,
  problems: [...approvalProblems, 'balance.out-of-range', 'invoice.credited-before'],
})

export const invoiceOperations: readonly Operation[] = [creditInvoice]
