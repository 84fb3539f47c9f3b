import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { calculating, type Operation } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { autoTopUpExample, autoTopUpSchema, givenAutoTopUpSchema } from './auto-top-up.ts'
import { nextPurchaseExample, nextPurchaseSchema } from './top-up-state.ts'

export const previewTopUpSettings = calculating({
  operationId: 'previewTopUpSettings',
  method: 'POST',
  path: '/v1/accounts/{account}/top-up-settings-previews',
  scope: 'account:admin',
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
})

export const topUpPreviewOperations: readonly Operation[] = [previewTopUpSettings]
