import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { reRatedSchema, rerateSchema } from '../../../shared/api/credits/re-rating.ts'
import { decisionOf } from '../../../shared/api/fields/decision.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import { type Operation, writing } from '../../../shared/http/operation.ts'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import { parseInstant } from '../../../shared/time/instant.ts'
import { rerateCharges } from '../rerate-charges.ts'
import { versionOf } from '../version-of.ts'

const sums = {
  charges: 3,
  corrected: 2,
  before: { eur: '0.09', credits: '9' },
  after: { eur: '0.03', credits: '3' },
  difference: { eur: '0.06', credits: '6' },
}

const rerate = writing({
  operationId: 'rerateCharges',
  tag: 'Credits',
  summary: 'Put charges right that a wrong price made',
  description:
    'Writes a correction for each charge of these event times that costs something else by the version, to the last digit; the charge itself stays in the log as it is. Done again it changes nothing; interrupted, done again, it comes to the same. Charges that were refunded, in part or whole, or that the version has no price for are left alone. Try it with `dryRun` first.',
  params: accountPathSchema,
  body: {
    schema: rerateSchema,
    example: {
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-23T12:00:00Z',
      rateCard: 4,
      services: ['openai/gpt-4o'],
      dryRun: true,
      reason: 'version 3 had the price of a thousand for a million',
      reference: 'T-4711',
    },
  },
  answers: [
    {
      status: 200,
      description: 'What was corrected, or would be',
      schema: reRatedSchema,
      example: {
        dryRun: true,
        isDone: true,
        ...sums,
        unchanged: 0,
        leftAlone: { refunded: 1, unpriced: 0, conflict: 0 },
        named: [
          {
            source: '/chat/eu',
            id: 'order-17',
            time: '2026-11-23T10:15:30.123Z',
            service: 'openai/gpt-4o',
            reason: 'refunded',
          },
        ],
        byService: [{ service: 'openai/gpt-4o', ...sums }],
        balance: { eur: '49.91', credits: '4991' },
      },
    },
  ],
  problems: ['rate-card.not-found'],
  handle: async (request, { caller, services, tools }) => {
    const { params, body } = request
    const [from, to] = [timeOf(body.from), timeOf(body.to)]
    if (from >= to)
      throw refusal('request.body', [{ pointer: '/to', detail: 'is not after `from`; expected a later time' }])
    const { card, withdrawal } = await versionOf(String(body.rateCard), services, tools.now())
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
  },
})

/** The schema has let nothing else through. */
const timeOf = (text: string): number => parseInstant(text) ?? 0

export const reratingOperations: readonly Operation[] = [rerate]
