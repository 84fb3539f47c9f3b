import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { amountSchema } from '../../../shared/api/fields/amount.ts'
import { described } from '../../../shared/http/described.ts'
import { nothing, type Operation, reading } from '../../../shared/http/operation.ts'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import { accountSchema } from '../../../shared/usage/text.ts'

const getBalance = reading({
  operationId: 'getBalance',
  tag: 'Credits',
  summary: "Show an account's balance",
  description: 'As of the newest page of its log: exact, and never behind what was answered before.',
  params: accountPathSchema,
  query: nothing,
  answers: [
    {
      status: 200,
      description: 'The balance: credited minus charged',
      schema: z
        .object({
          account: accountSchema,
          balance: amountSchema,
          credited: amountSchema,
          charged: amountSchema,
          seq: described(z.int().check(z.minimum(1)), 'The newest page'),
        })
        .check(z.meta({ id: 'Balance' })),
      example: {
        account: 'acme',
        balance: { eur: '49.973467', credits: '4997.3467' },
        credited: { eur: '50.00', credits: '5000' },
        charged: { eur: '0.026533', credits: '2.6533' },
        seq: 3,
      },
    },
  ],
  problems: [],
  handle: async ({ params: { account } }, { services }) => {
    const head = await readHead(services.log, account)
    if (head === undefined) throw noSuchAccount(account)
    const { balance, totalCredited, totalCharged, seq } = head.header
    return {
      status: 200,
      body: {
        account,
        balance: amountText(balance),
        credited: amountText(totalCredited),
        charged: amountText(totalCharged),
        seq,
      },
    }
  },
})

export const balanceOperations: readonly Operation[] = [getBalance]
