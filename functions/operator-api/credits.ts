import * as api from '../../shared/api/credits/credits.ts'
import { decisionOf } from '../../shared/api/fields/decision.ts'
import { readGivenAmount } from '../../shared/api/fields/given-amount.ts'
import { Problem } from '../../shared/errors/problems.ts'
import type { Served } from '../../shared/http/serve.ts'
import { readPage } from '../../shared/ledger/io/log-table.ts'
import { refundable, refundRefusal } from '../../shared/ledger/io/refundable.ts'
import { minus, noCredits } from '../../shared/money/amounts.ts'
import { creditAnswer } from './credit-answer.ts'
import { type Services, serve } from './services.ts'

const grantCredits = serve(
  api.grantCredits,
  async (request, setting) =>
    await creditAnswer(
      request.params.account,
      { kind: 'grant', ...decisionOf(request, setting), credits: readGivenAmount(request.body.amount) },
      setting,
    ),
)

const adjustCredits = serve(
  api.adjustCredits,
  async (request, setting) =>
    await creditAnswer(
      request.params.account,
      { kind: 'adjustment', ...decisionOf(request, setting), credits: readGivenAmount(request.body.amount) },
      setting,
    ),
)

const refundCharge = serve(api.refundCharge, async (request, setting) => {
  const { params, body } = request
  const { source, id } = body
  const of = { source, id }
  const { cost, unless } = await refundable(params.account, of, setting.services)
  const credits = body.amount === undefined ? cost : readGivenAmount(body.amount)
  const entry = { kind: 'refund' as const, ...decisionOf(request, setting), of, credits }
  return await creditAnswer(params.account, entry, setting, { refusal: refundRefusal(credits, cost), unless })
})

const reverseEntry = serve(api.reverseEntry, async (request, setting) => {
  const { account } = request.params
  const { page, position } = request.body
  const original = (await readPage(setting.services.log, account, page))?.entries[position]
  if (original === undefined) {
    const detail = `the log of ${account} has no entry ${position} on page ${page}; GET /v1/accounts/${account}/entries lists them`
    throw new Problem('entry.not-found', detail)
  }
  if (original.kind !== 'grant' && original.kind !== 'adjustment') {
    const instead =
      original.kind === 'charge' ? 'refund a charge by POST …/refunds' : 'put it right by POST …/adjustments'
    throw new Problem('entry.not-reversible', `a ${original.kind} can not be reversed; ${instead}`)
  }
  return await creditAnswer(
    account,
    {
      kind: 'reversal',
      ...decisionOf(request, setting),
      of: original.key,
      credits: minus(noCredits, original.credits),
    },
    setting,
  )
})

export const creditHandlers: readonly Served<Services>[] = [grantCredits, adjustCredits, refundCharge, reverseEntry]
