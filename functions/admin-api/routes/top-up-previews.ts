import * as z from 'zod/mini'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { checkedAutoTopUp } from '../checked-auto-top-up.ts'
import { monthIn } from '../month-in.ts'
import { buysAtOnce, nextPurchaseOf } from '../next-purchase-of.ts'
import { calculating, type Operation } from '../operation.ts'
import { accountPathSchema } from '../shapes/account.ts'
import {
  autoTopUpExample,
  autoTopUpSchema,
  autoTopUpShape,
  givenAutoTopUpSchema,
  readAutoTopUp,
} from '../shapes/auto-top-up.ts'
import { described } from '../shapes/described.ts'
import { nextPurchaseExample, nextPurchaseSchema, nextPurchaseShape } from '../shapes/top-up-state.ts'

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
