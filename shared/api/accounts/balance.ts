import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { accountSchema } from '../../usage/text.ts'
import { amountSchema } from '../fields/amount.ts'
import { accountPathSchema } from './account.ts'

export const getBalance = reading({
  operationId: 'getBalance',
  route: 'GET /v1/accounts/{account}/balance',
  scope: 'account:read',
  tag: 'Credits',
  summary: "Show an account's balance",
  description: 'As of the newest page of its log: exact, and never behind what was answered before.',
  params: accountPathSchema,
  answers: [
    answer(
      200,
      'The balance: credited minus charged',
      z
        .object({
          account: accountSchema,
          balance: amountSchema,
          credited: amountSchema,
          charged: amountSchema,
          seq: described(z.int().check(z.minimum(1)), 'The newest page'),
        })
        .check(z.meta({ id: 'Balance' })),
      {
        account: 'acme',
        balance: { eur: '49.973467', credits: '4997.3467' },
        credited: { eur: '50.00', credits: '5000' },
        charged: { eur: '0.026533', credits: '2.6533' },
        seq: 3,
      },
    ),
  ],
})

export const balanceOperations: readonly Operation[] = [getBalance]
