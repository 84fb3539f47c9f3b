import * as api from '../../shared/api/credits/re-ratings.ts'
import { decisionOf } from '../../shared/api/fields/decision.ts'
import { Problem } from '../../shared/errors/problems.ts'
import { refusal } from '../../shared/errors/refusal.ts'
import type { Served } from '../../shared/http/serve.ts'
import { noSuchAccount } from '../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import { amountText } from '../../shared/money/amounts.ts'
import { rerateCharges } from '../../shared/pricing/io/rerate-charges.ts'
import { parseInstant } from '../../shared/time/instant.ts'
import { type Services, serve } from './services.ts'

const rerate = serve(api.rerateCharges, async (request, { caller, services, tools }) => {
  const { params, body } = request
  const [from, to] = [timeOf(body.from), timeOf(body.to)]
  if (from >= to)
    throw refusal('request.body', [{ pointer: '/to', detail: 'is not after `from`; expected a later time' }])
  const { card, withdrawal } = await services.cards.find(body.rateCard, tools.now())
  if (withdrawal !== undefined)
    throw new Problem('rate-card.not-found', `version ${body.rateCard} was withdrawn; choose another one`)
  const { figures, isDone } = await rerateCharges(
    {
      account: params.account,
      from,
      to,
      services: body.services && new Set(body.services),
      card,
      decision: decisionOf(request, { caller, tools }),
      isDry: body.dryRun,
    },
    { log: services.log, writer: services.writer, remainingMs: tools.remainingMs },
  )
  const head = await readHead(services.log, params.account)
  if (head === undefined) throw noSuchAccount(params.account)
  return {
    status: 200,
    body: { dryRun: body.dryRun, isDone, ...figures, balance: amountText(head.header.balance) },
  }
})

/** The schema has let nothing else through. */
const timeOf = (text: string): number => parseInstant(text) ?? 0

export const reratingHandlers: readonly Served<Services>[] = [rerate]
