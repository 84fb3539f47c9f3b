import { AccountBook } from '../lib/api/account-book.ts'
import type { ApiClient } from '../lib/api/api-client.ts'
import { deliver } from '../lib/events/deliver.ts'
import { namedEvent } from '../lib/events/outgoing-event.ts'
import { Failure } from '../lib/failure.ts'
import type { DemoStage } from './continue-demo.ts'
import { TOP_UP_ACCOUNT } from './demo-account.ts'
import { mailTo, type Notice, noticeOn } from './notices.ts'

interface VerdictAnswer {
  readonly allowed: boolean
  readonly reason: string
  readonly remaining?: { readonly eur: string }
  readonly spent?: { readonly eur: string }
  readonly limit?: { readonly eur: string }
  readonly resetsAt?: string
  readonly remedy?: string
}

interface RequestAnswer {
  readonly request: string
  readonly state: string
}

const SOURCE = '/demo/limits'
const USER = 'mia'
const EMAIL = 'mia@globex.example'
const TIER = 'low'
/** Wizards at 0.10 € each: 80 % of the tier's 2.00 € for `other`, then the whole of it. */
const RUNS = [16, 4] as const

/**
 * Step 5: a user comes to a limit, asks for more, and gets it.
 *
 * @throws Failure when an answer is not as it must be
 */
export async function showLimits({ access, startedAt, directory, voice }: DemoStage): Promise<void> {
  const { api } = access
  const account = `/v1/accounts/${TOP_UP_ACCOUNT}`
  const { tier } = await api.put<{ readonly tier?: string }>(
    `${account}/user`,
    { user: USER, tier: TIER, email: EMAIL, language: 'en' },
    'groschen-demo-limits-user',
  )
  if (tier !== TIER) throw new Failure(`${USER} is in the tier ${tier ?? 'of new users'}, not in ${TIER}`)
  voice.paragraph(
    `User ${USER} of ${TOP_UP_ACCOUNT} is in the tier Low: 2.00 € a month for meeting summaries and the like.`,
  )

  const charge = async (runs: number, step: number): Promise<void> => {
    const event = namedEvent(`limits-${step}`, {
      account: TOP_UP_ACCOUNT,
      source: SOURCE,
      user: USER,
      time: startedAt,
      group: 'support',
      category: 'other',
      service: 'platform/workflow-wizard',
      quantities: { runs },
    })
    await deliver(access, new AccountBook(api, TOP_UP_ACCOUNT), [event])
  }
  const check = (): Promise<VerdictAnswer> =>
    api.post('/v1/access-checks', { account: TOP_UP_ACCOUNT, user: USER, category: 'other' }, 'not-kept')

  await charge(RUNS[0], 0)
  const warning = await noticeOn(directory, 'groschen.limit.warning', `${TOP_UP_ACCOUNT}#limit#`)
  const before = await check()
  await charge(RUNS[1], 1)
  const reached = await noticeOn(directory, 'groschen.limit.reached', `${TOP_UP_ACCOUNT}#limit#`)
  const refused = await check()
  const filed = await file(api, account)
  const decided = await approve(api, account, filed)
  const after = await check()
  const mail = await mailTo(directory, EMAIL, reached.id)
  expectVerdicts(refused, after)

  voice.lines([
    `              charged 1.60 €: ${textOf(before)}`,
    `${timeOf(warning)}  told: groschen.limit.warning, 80 %`,
    '              charged 0.40 €: the whole of it',
    `${timeOf(reached)}  told: groschen.limit.reached, 100 %; mailed to ${EMAIL}: ${mail.subject}`,
    `              access check: ${textOf(refused)}`,
    `              ${USER} asks for 5.00 € more: request ${filed.request}`,
    `              an admin approves it: ${decided.state}`,
    `              access check: ${textOf(after)}`,
  ])
  voice.line(`  Who may spend what: GET ${account}/limits/overview, GET ${account}/users`)
}

async function file(api: ApiClient, account: string): Promise<RequestAnswer> {
  const wish = { amount: { eur: '5.00' } }
  const body = { user: USER, category: 'other', wish, reason: 'workshop this week' }
  return await api.post<RequestAnswer>(`${account}/upgrade-requests`, body, 'groschen-demo-limits-request')
}

async function approve(api: ApiClient, account: string, { request }: RequestAnswer): Promise<RequestAnswer> {
  const body = { grant: { amount: { eur: '5.00' } }, word: 'enjoy the workshop' }
  const path = `${account}/upgrade-requests/${request}/decision`
  return await api.post<RequestAnswer>(path, body, 'groschen-demo-limits-decision')
}

const textOf = ({ allowed, reason, remaining, spent, limit }: VerdictAnswer): string =>
  `${allowed ? 'yes' : `no (${reason})`}, ${remaining?.eur ?? '?'} € left, ${spent?.eur ?? '?'} € of ${limit?.eur ?? '?'} € spent`

const timeOf = ({ time }: Notice): string => time.slice('2026-11-24T'.length, -1)

function expectVerdicts(refused: VerdictAnswer, after: VerdictAnswer): void {
  // Run again after an interruption, the request is approved already.
  const isAgain = refused.allowed && refused.limit?.eur === after.limit?.eur
  if (!isAgain && (refused.allowed || refused.reason !== 'limit-reached'))
    throw new Failure(`at the limit the access check said ${textOf(refused)}`)
  if (!after.allowed) throw new Failure(`after the approval the access check said ${textOf(after)}`)
}
