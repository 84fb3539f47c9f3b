import { historyShape } from '../../../shared/api/pricing/estimate.ts'
import * as api from '../../../shared/api/pricing/estimates.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { Exact } from '../../../shared/money/exact.ts'
import { cardInForce } from '../../../shared/pricing/cards/catalogue.ts'
import { costsOf } from '../../../shared/pricing/estimates/costs.ts'
import { MONTH_MS, mapRange } from '../../../shared/pricing/estimates/estimate.ts'
import { presets } from '../../../shared/pricing/estimates/presets.ts'
import { usesOf } from '../../../shared/pricing/estimates/uses.ts'
import type { Workload } from '../../../shared/pricing/estimates/workload.ts'
import { completeWorkload } from '../../../shared/pricing/estimates/workload.ts'
import { readHistory } from '../../../shared/pricing/io/read-history.ts'
import { DAY_MS, type Instant, parseInstant } from '../../../shared/time/instant.ts'
import { estimateAnswer, inRange } from '../../admin-api/estimate-answer.ts'
import { type Services, type Setting, serve } from '../../admin-api/services.ts'

const listPresets = serve(api.listEstimatePresets, async () => ({ status: 200, body: { presets } }))

const estimateWorkload = serve(api.estimateWorkload, async ({ body }, setting) => {
  const account = body.account ?? setting.caller.account
  const workload = completeWorkload(body.workload ?? presetOf(body.preset))
  const { at, card, now } = await pricesAt(body.at, setting)
  const assumed = {
    account,
    at,
    card,
    period: MONTH_MS,
    factors: mapRange(body.factors, (factor) => new Exact(factor)),
    shown: { workload },
    notes: ['a month has the working days that are told, and 365/12 days in all'],
  }
  const uses = usesOf(workload)
  if (uses.every(({ times }) => times.isZero())) throw noUse()
  return await estimateAnswer(inRange(costsOf(uses, card, account ?? '')), assumed, setting.services, now)
})

/** For pricing the last pages, and an answer that turns out to be long. */
const RESERVE_MS = 8000

const estimateAccount = serve(api.estimateAccount, async ({ params: { account }, body }, setting) => {
  const { services, tools } = setting
  const { at, card, now } = await pricesAt(body.at, setting)
  const from = now - body.days * DAY_MS
  if ((await readHead(services.log, account)) === undefined) throw noSuchAccount(account)
  const read = await readHistory(
    services.log,
    account,
    { from, to: now, card, replace: body.replace },
    () => tools.remainingMs() >= RESERVE_MS,
  )
  if (read === undefined) throw tooLarge(account, body.days)
  const history = inRange(read)
  const growth = new Exact(body.growthPercent).dividedBy(100).plus(1)
  const assumed = {
    account,
    at,
    card,
    period: body.days * DAY_MS,
    factors: mapRange(body.factors, (factor) => growth.times(factor)),
    shown: { history: historyShape(history, { from, to: now, growthPercent: body.growthPercent }) },
    notes: ['the coming days are like the past ones, but for growth, which is in the factors'],
  }
  return await estimateAnswer(history, assumed, services, now)
})

async function pricesAt(given: string | undefined, { services, tools }: Setting) {
  const now = tools.now()
  const at: Instant = (given === undefined ? undefined : parseInstant(given)) ?? now
  return { at, now, card: cardInForce(await services.cards.all(now), at) }
}

/** The schema has let no other name through. */
function presetOf(name: string | undefined): Workload {
  const preset = presets.find((one) => one.name === name)
  if (preset === undefined) throw new Error(`no preset ${name}`)
  return preset.workload
}

const noUse = (): Problem =>
  refusal('request.body', [
    {
      pointer: '/workload',
      detail: 'describes no use; give `chats`, `images`, `workflows` or `usages`, with `times` above 0',
    },
  ])

const tooLarge = (account: string, days: number): Problem =>
  new Problem(
    'estimate.too-large',
    `the log of ${account} has more of the last ${days} days than can be read in one request; send fewer \`days\``,
  )

export const estimateHandlers: readonly Served<Services>[] = [listPresets, estimateWorkload, estimateAccount]
