import * as z from 'zod/mini'
import { answer, type Operation, reading, writing } from '../../http/operation.ts'
import type { AccountRecord } from '../../ledger/io/accounts-table.ts'
import { amountText } from '../../money/amounts.ts'
import { instantText } from '../../time/instant.ts'
import { accountSchema } from '../../usage/text.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { accountAnswerSchema, accountPathSchema, openAccountSchema } from './account.ts'

const acme: z.infer<typeof accountAnswerSchema> = {
  account: 'acme',
  name: 'Acme GmbH',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  lowBalanceLevels: [
    { eur: '10.00', credits: '1000' },
    { eur: '1.00', credits: '100' },
  ],
  openedAt: '2026-11-23T10:15:30.123Z',
}

export const openAccount = writing({
  operationId: 'openAccount',
  route: 'POST /v1/accounts',
  scope: 'operate',
  tag: 'Accounts',
  summary: 'Open an account',
  description:
    'Opening an account that is open with the same settings, with another Idempotency-Key, answers 200 with that account; with other settings, 409.',
  body: {
    schema: openAccountSchema,
    example: {
      account: 'acme',
      name: 'Acme GmbH',
      timeZone: 'Europe/Berlin',
      lowBalanceLevels: [{ eur: '10.00' }, { credits: '100' }],
    },
  },
  answers: [
    answer(200, 'It was open already, with the same settings; nothing is changed', accountAnswerSchema, acme),
    answer(201, 'Opened by this Idempotency-Key, now or when it was first sent', accountAnswerSchema, acme),
  ],
  problems: ['account.exists'],
})

export const paging = pagingOf('accounts', accountSchema, 100)

export const listAccounts = reading({
  operationId: 'listAccounts',
  route: 'GET /v1/accounts',
  scope: 'operate',
  tag: 'Accounts',
  summary: 'List the accounts',
  description: 'By id. An account that was opened a moment ago may be missing.',
  query: z.strictObject(paging.query),
  answers: [
    answer(200, 'Accounts', z.object({ accounts: z.array(accountAnswerSchema), next: nextSchema }), {
      accounts: [acme],
    }),
  ],
})

export const getAccount = reading({
  operationId: 'getAccount',
  route: 'GET /v1/accounts/{account}',
  scope: 'account:read',
  tag: 'Accounts',
  summary: 'Show an account',
  params: accountPathSchema,
  answers: [answer(200, 'The account', accountAnswerSchema, acme)],
})

export const accountShape = ({
  account,
  name,
  timeZone,
  currency,
  lowBalanceLevels,
  openedAt,
}: AccountRecord): z.infer<typeof accountAnswerSchema> => ({
  account,
  name,
  timeZone,
  currency,
  lowBalanceLevels: lowBalanceLevels.map(amountText),
  openedAt: instantText(openedAt),
})

export const accountOperations: readonly Operation[] = [openAccount, listAccounts, getAccount]
