import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, calculating, type Operation, reading, writing } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { givenLevelSchema } from '../fields/given-amount.ts'
import { autoTopUpExample, autoTopUpSchema, givenAutoTopUpSchema } from './auto-top-up.ts'
import { nextPurchaseExample, nextPurchaseSchema, type shownStateSchema, topUpSettingsSchema } from './top-up-state.ts'

export const previewTopUpSettings = calculating({
  operationId: 'previewTopUpSettings',
  route: 'POST /v1/accounts/{account}/top-up-settings-previews',
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
    answer(
      200,
      'As of the newest page of the log',
      z
        .object({
          autoTopUp: autoTopUpSchema,
          buysAtOnce: described(z.boolean(), 'Whether the balance is below the threshold, so that saving them buys'),
          nextPurchase: z.optional(nextPurchaseSchema),
        })
        .check(z.meta({ id: 'TopUpSettingsPreview' })),
      { autoTopUp: autoTopUpExample, buysAtOnce: false, nextPurchase: nextPurchaseExample },
    ),
  ],
})

const MOST_LEVELS = 20

const example = {
  version: 1,
  lowBalanceLevels: [{ eur: '0.00', credits: '0' }],
  lowBalanceShares: [20, 10],
  autoTopUp: autoTopUpExample,
  state: { kind: 'idle' as const } satisfies z.infer<typeof shownStateSchema>,
  thisMonth: { month: '2026-11', paid: '119.42', number: 1 },
  nextPurchase: nextPurchaseExample,
}

export const getTopUpSettings = reading({
  operationId: 'getTopUpSettings',
  route: 'GET /v1/accounts/{account}/top-up-settings',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'When an account buys credits by itself, and where that stands',
  params: accountPathSchema,
  answers: [answer(200, 'As of the newest page of the log', topUpSettingsSchema, example)],
})

export const putTopUpSettings = writing({
  operationId: 'putTopUpSettings',
  route: 'PUT /v1/accounts/{account}/top-up-settings',
  scope: 'account:admin',
  tag: 'Top-ups',
  summary: 'Set automatic top-up and the levels of low-balance notices',
  description:
    'Replaces all of it; without `autoTopUp` it is off. Where this would buy at once, since the balance is below the threshold, it is refused with what it would buy unless `confirmed` says that you know; `POST …/top-up-settings-previews` says it in every case. A cap that a single purchase is above, with tax and fee, is refused.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        version: described(z.int().check(z.minimum(1)), 'The version that you saw, and that this replaces'),
        lowBalanceLevels: z.array(givenLevelSchema).check(z.maxLength(MOST_LEVELS)),
        lowBalanceShares: z._default(
          described(
            z.array(z.int().check(z.minimum(1), z.maximum(100))).check(z.maxLength(MOST_LEVELS)),
            'Levels in percent of what the newest top-up credited',
          ),
          [],
        ),
        autoTopUp: z.optional(givenAutoTopUpSchema),
        confirmed: z._default(described(z.boolean(), 'Buy at once where the balance is below the threshold'), false),
      })
      .check(z.meta({ id: 'PutTopUpSettings' })),
    example: {
      version: 1,
      lowBalanceLevels: [{ eur: '0' }],
      lowBalanceShares: [20, 10],
      autoTopUp: {
        threshold: { credits: '2000' },
        amount: { eur: '100' },
        mostPerPurchase: { eur: '400' },
        monthlyCap: { paid: '500', number: 5 },
        cooldownMinutes: 0,
      },
      confirmed: true,
    },
  },
  answers: [answer(200, 'In force from this page of the log on', topUpSettingsSchema, example)],
  problems: ['top-up.confirmation-needed', 'settings.changed'],
})

export const topUpSettingsOperations: readonly Operation[] = [getTopUpSettings, putTopUpSettings, previewTopUpSettings]
