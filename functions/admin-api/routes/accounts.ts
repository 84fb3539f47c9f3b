import * as z from 'zod/mini'
import { accountAnswerSchema, accountPathSchema, openAccountSchema } from '../../../shared/api/accounts/account.ts'
import { readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import { nothing, type Operation, reading, writing } from '../../../shared/http/operation.ts'
import {
  type AccountRecord,
  listAccounts as list,
  putAccount,
  readAccount,
} from '../../../shared/ledger/io/accounts-table.ts'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import { openLog } from '../../../shared/ledger/io/open-log.ts'
import { amountText, type Credits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { accountSchema } from '../../../shared/usage/text.ts'

const DEFAULT_TIME_ZONE = 'Europe/Berlin'

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

/**
 * Opens an account: first its record, then page 1 of its log, which is made from the record that stands.
 *
 * In this order, because page 1 is what lets usage in. A crash in between leaves a record without a log: such an account
 * takes no usage at all, and the same request sent again finishes it. The other way round it would charge usage to an
 * account that has no name and no time zone, that no list shows, and that somebody else could still give other ones.
 */
/** A notice goes out when there is nothing left. */
const DEFAULT_LEVELS = [{ credits: '0' }] as const

const openAccount = writing({
  operationId: 'openAccount',
  tag: 'Accounts',
  summary: 'Open an account',
  description:
    'Opening an account that is open with the same settings, with another Idempotency-Key, answers 200 with that account; with other settings, 409.',
  params: nothing,
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
    {
      status: 200,
      description: 'It was open already, with the same settings; nothing is changed',
      schema: accountAnswerSchema,
      example: acme,
    },
    {
      status: 201,
      description: 'Opened by this Idempotency-Key, now or when it was first sent',
      schema: accountAnswerSchema,
      example: acme,
    },
  ],
  problems: ['account.exists'],
  handle: async ({ body, key }, { caller, services, tools }) => {
    const asked: AccountRecord = {
      account: body.account,
      name: body.name,
      timeZone: body.timeZone ?? DEFAULT_TIME_ZONE,
      currency: 'EUR',
      lowBalanceLevels: eachOnce((body.lowBalanceLevels ?? DEFAULT_LEVELS).map(readGivenAmount)),
      openedAt: tools.now(),
      actor: caller.subject,
      key,
    }
    const standing = await putAccount(services.accounts, asked)
    // Who says nothing of levels takes those that stand: today's default may not be that of the day it was opened.
    const isTold = body.lowBalanceLevels !== undefined
    const differing = differences(isTold ? asked : { ...asked, lowBalanceLevels: standing.lowBalanceLevels }, standing)
    if (differing.length > 0) {
      throw new Problem(
        'account.exists',
        `account ${asked.account} is open already and differs in ${differing.join(', ')}; choose another id, or send what it was opened with`,
      )
    }
    await openLog(services.log, standing, { writtenAt: tools.now(), nonce: services.nonce() })
    const isOurs = standing.key === key && standing.actor === caller.subject
    return { status: isOurs ? 201 : 200, body: accountShape(standing) }
  },
})

/** A level that stands twice would send its notice twice. @throws Problem */
function eachOnce(levels: readonly Credits[]): readonly Credits[] {
  const faults = levels.flatMap((level, index) => {
    const twin = levels.findIndex((other) => other.eq(level))
    const detail = `is the same balance as /lowBalanceLevels/${twin}; give each level once`
    return twin === index ? [] : [{ pointer: `/lowBalanceLevels/${index}`, detail }]
  })
  if (faults.length > 0) throw refusal('request.body', faults)
  return levels
}

function differences(asked: AccountRecord, standing: AccountRecord): readonly string[] {
  const levels = (record: AccountRecord) => record.lowBalanceLevels.map(plain).join()
  return [
    ...(asked.name === standing.name ? [] : ['name']),
    ...(asked.timeZone === standing.timeZone ? [] : ['timeZone']),
    ...(levels(asked) === levels(standing) ? [] : ['lowBalanceLevels']),
  ]
}

const cursor = cursorOf('accounts', accountSchema)
const ACCOUNTS_A_PAGE = 100

const listAccounts = reading({
  operationId: 'listAccounts',
  tag: 'Accounts',
  summary: 'List the accounts',
  description: 'By id. An account that was opened a moment ago may be missing.',
  params: nothing,
  query: pagingSchema(ACCOUNTS_A_PAGE, ACCOUNTS_A_PAGE),
  answers: [
    {
      status: 200,
      description: 'Accounts',
      schema: z.object({ accounts: z.array(accountAnswerSchema), next: nextSchema }),
      example: { accounts: [acme] },
    },
  ],
  problems: [],
  handle: async ({ query }, { services }) => {
    const { limit = ACCOUNTS_A_PAGE } = query
    const after = query.after === undefined ? undefined : cursor.read(query.after)
    const accounts = await list(services.accounts, { after, limit })
    const last = accounts.at(-1)
    const next = accounts.length === limit && last !== undefined ? { next: cursor.write(last.account) } : {}
    return { status: 200, body: { accounts: accounts.map(accountShape), ...next } }
  },
})

const getAccount = reading({
  operationId: 'getAccount',
  tag: 'Accounts',
  summary: 'Show an account',
  params: accountPathSchema,
  query: nothing,
  answers: [{ status: 200, description: 'The account', schema: accountAnswerSchema, example: acme }],
  problems: [],
  handle: async ({ params }, { services }) => {
    const record = await readAccount(services.accounts, params.account)
    if (record === undefined) throw noSuchAccount(params.account)
    return { status: 200, body: accountShape(record) }
  },
})

const accountShape = ({
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
