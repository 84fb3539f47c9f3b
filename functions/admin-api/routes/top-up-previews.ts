import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import {
  autoTopUpExample,
  autoTopUpSchema,
  autoTopUpShape,
  givenAutoTopUpSchema,
  readAutoTopUp,
} from '../../../shared/api/top-ups/auto-top-up.ts'
import { nextPurchaseExample, nextPurchaseSchema, nextPurchaseShape } from '../../../shared/api/top-ups/top-up-state.ts'
import { described } from '../../../shared/http/described.ts'
import { calculating, type Operation } from '../../../shared/http/operation.ts'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { checkedAutoTopUp } from '../../../shared/top-ups/checked-auto-top-up.ts'
import { buysAtOnce, nextPurchaseOf } from '../../../shared/top-ups/next-purchase-of.ts'
import { monthIn } from '../month-in.ts'

const previewSettings = calculating({
  operationId: 'previewTopUpSettings',
  tag: 'Top-ups',
  summary: 'What automatic top-up would buy by settings that are not saved yet',
  description: 'Checks them as `PUT …/top-up-settings` does, and changes nothing.',
  params: accountPathSchema,
  body: {
    schema: z.strictObject({ autoTopUp: givenAutoTopUpSchema }).check(z.meta({ id: 'PreviewTopUpSettings' })),
    example: {
      autoTopUp: {
        threshold: { credits: '2000' },
        amount: { eur: '100' },
        monthlyCap: { paid: '500', number: 5 },
      },
    },
  },
  answers: [
    {
      status: 200,
      description: 'As of the newest page of the log',
      schema: z
        .object({
          autoTopUp: autoTopUpSchema,
          buysAtOnce: described(z.boolean(), 'Whether the balance is below the threshold, so that saving them buys'),
          nextPurchase: z.optional(nextPurchaseSchema),
        })
        .check(z.meta({ id: 'TopUpSettingsPreview' })),
      example: { autoTopUp: autoTopUpExample, buysAtOnce: false, nextPurchase: nextPurchaseExample },
    },
  ],
  problems: [],
  handle: async ({ params: { account }, body }, setting) => {
    const { services } = setting
    const auto = checkedAutoTopUp(readAutoTopUp(body.autoTopUp, services.purchases.most), services.purchases)
    const head = await readHead(services.log, account)
    if (head === undefined) throw noSuchAccount(account)
    const next = nextPurchaseOf(head.header, auto, await monthIn(account, setting), services.purchases)
    return {
      status: 200,
      body: {
        autoTopUp: autoTopUpShape(auto),
        buysAtOnce: buysAtOnce(head.header, auto),
        ...(next && { nextPurchase: nextPurchaseShape(next) }),
      },
    }
  },
})

export const topUpPreviewOperations: readonly Operation[] = [previewSettings]
