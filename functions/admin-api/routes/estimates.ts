import * as z from 'zod/mini'
import { estimateWorkload, type Range, rangeOf } from '../../../shared/estimates/estimate.ts'
import { historyTally, monthOf } from '../../../shared/estimates/history.ts'
import { lastsUntil } from '../../../shared/estimates/lasts-until.ts'
import type { Spread, Workload } from '../../../shared/estimates/workload.ts'
import type { Credits } from '../../../shared/money/amounts.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import { exact } from '../../../shared/money/exact.ts'
import { cardInForce } from '../../../shared/rates/catalogue.ts'
import type { RateCard } from '../../../shared/rates/rate-card.ts'
import { readHead } from '../../../shared/store/log-table.ts'
import { pagesSince } from '../../../shared/store/pages-since.ts'
import { DAY_MS, type Instant, instantText, parseInstant } from '../../../shared/time/instant.ts'
import { nameSchema } from '../../../shared/usage/text.ts'
import { noSuchAccount } from '../access.ts'
import { calculating, nothing, type Operation, type Setting } from '../operation.ts'
import { Problem } from '../problems.ts'
import { accountPathSchema } from '../shapes/account.ts'
import { amountSchema } from '../shapes/amount.ts'
import { described } from '../shapes/described.ts'
import {
  estimateFields,
  lastsUntilSchema,
  rangeShape,
  workloadEstimateSchema,
  workloadEstimateShape,
} from '../shapes/estimate.ts'
import { givenTimeSchema, timeSchema } from '../shapes/time.ts'
import { readSpread, readWorkload, spreadSchema, workloadSchema } from '../shapes/workload.ts'

const common = {
  at: z.optional(
    described(givenTimeSchema, 'Priced by the card in force then, as far as it is announced; now unless told'),
  ),
  spread: z.optional(spreadSchema),
}

const range = (low: string, expected: string, high: string) => ({
  low: amountText(exact(low) as Credits),
  expected: amountText(exact(expected) as Credits),
  high: amountText(exact(high) as Credits),
})

const workday = { people: 1, workdays: 1, preset: 'workday' }
const month = range('506.8', '724', '1086')

const estimate = calculating({
  operationId: 'estimateWorkload',
  tag: 'Estimates',
  summary: 'Work out what a described month would cost',
  description:
    'Each event at what it would be charged, by the same function, times how often it happens. Writes nothing, and needs no Idempotency-Key.',
  params: nothing,
  body: {
    schema: z.strictObject({ workload: workloadSchema, ...common }).check(z.meta({ id: 'EstimateWorkload' })),
    example: { workload: workday },
  },
  answers: [
    {
      status: 200,
      description: 'The estimate',
      schema: workloadEstimateSchema,
      example: {
        rateCard: 1,
        month,
        byCategory: { text: range('387.8', '554', '831') },
        unpriced: [],
        assumptions: ['1 person, 1 working day a month'],
        activities: [
          {
            name: 'images',
            service: 'openai/gpt-image-1',
            category: 'image',
            events: '5',
            each: { eur: '0.30', credits: '30' },
            month: range('105', '150', '225'),
          },
        ],
      },
    },
  ],
  problems: ['rate-card.not-found'],
  handle: async ({ body }, setting) => {
    const card = await cardAt(body.at, setting)
    const workload = readWorkload(body.workload, '/workload')
    const spread = readSpread(body.spread)
    // Everybody's prices: of a token of one account, its own.
    const estimated = estimateWorkload(workload, spread, card, setting.caller.account ?? '')
    return { status: 200, body: workloadEstimateShape(estimated, card.version, assumptionsOf(workload, spread)) }
  },
})

const assumptionsOf = ({ people, days, activities }: Workload, { low, high }: Spread): readonly string[] => [
  `${people.toFixed()} people, ${days.toFixed()} working days a month`,
  ...activities.map(({ name, usage, perPersonAndDay }) => {
    const used = [...usage.quantities].map(([meter, quantity]) => `${quantity.toFixed()} ${meter}`).join(', ')
    return `${name} with ${usage.service}: ${perPersonAndDay.toFixed()} a person and day, of ${used} each`
  }),
  spreadText({ low, high }),
]

const spreadText = ({ low, high }: Spread): string =>
  `low and high: ${low.toFixed()} and ${high.toFixed()} times as many events as expected`

/** @throws Problem when no card is in force then */
async function cardAt(at: string | undefined, { services, tools }: Setting): Promise<RateCard> {
  const now = tools.now()
  const time = (at === undefined ? undefined : parseInstant(at)) ?? now
  const card = cardInForce(await services.cards.all(now), time)
  if (card !== undefined) return card
  throw new Problem('rate-card.not-found', `no rate card is in force at ${instantText(time)}; publish one`)
}

const replaceSchema = z
  .array(z.strictObject({ service: nameSchema, by: nameSchema }))
  .check(z.maxLength(50, 'expected at most 50'))

/** For an answer that turns out to be long. */
const RESERVE_MS = 6000
const DAYS = 30

const estimateAccount = calculating({
  operationId: 'estimateAccount',
  tag: 'Estimates',
  summary: 'Work out what a month of an account would cost, and how long its balance lasts',
  description:
    'From a described workload, or from its own charges of the last days: with growth, and with other models in place of some, priced again event by event.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        workload: z.optional(workloadSchema),
        days: described(z.optional(z.int().check(z.minimum(1), z.maximum(90))), 'Of its own charges; 30 unless told'),
        growthPercent: described(
          z.optional(z.string().check(z.regex(/^-?\d{1,4}(?:\.\d{1,4})?$/, 'expected percent such as "20"'))),
          'How much more than in those days',
        ),
        replace: described(z.optional(replaceSchema), 'Another model instead'),
        ...common,
      })
      .check(z.meta({ id: 'EstimateAccount' })),
    example: { days: 30, growthPercent: '20', replace: [{ service: 'openai/gpt-4o', by: 'openai/gpt-4o-mini' }] },
  },
  answers: [
    {
      status: 200,
      description: 'The estimate, against the balance',
      schema: z
        .object({
          ...estimateFields,
          history: z.optional(z.object({ from: timeSchema, to: timeSchema, charges: z.int(), charged: amountSchema })),
          balance: amountSchema,
          lastsUntil: lastsUntilSchema,
        })
        .check(z.meta({ id: 'AccountEstimate' })),
      example: {
        rateCard: 1,
        month,
        byCategory: { text: month },
        unpriced: [],
        assumptions: ['as in the last 30 days, and 20 percent more'],
        history: {
          from: '2026-10-25T08:00:00.000Z',
          to: '2026-11-24T08:00:00.000Z',
          charges: 1200,
          charged: { eur: '6.03', credits: '603' },
        },
        balance: { eur: '50.00', credits: '5000' },
        lastsUntil: { expected: '2027-06-19T08:00:00.000Z' },
      },
    },
  ],
  problems: ['rate-card.not-found', 'estimate.too-large'],
  handle: async ({ params: { account }, body }, setting) => {
    const { services, tools } = setting
    const head = await readHead(services.log, account)
    if (head === undefined) throw noSuchAccount(account)
    const now = tools.now()
    const card = await cardAt(body.at, setting)
    const spread = readSpread(body.spread)
    const { balance } = head.header
    if (body.workload !== undefined) {
      const workload = readWorkload(body.workload, '/workload')
      const estimated = estimateWorkload(workload, spread, card, account)
      const { activities: _, ...shape } = workloadEstimateShape(
        estimated,
        card.version,
        assumptionsOf(workload, spread),
      )
      return {
        status: 200,
        body: { ...shape, balance: amountText(balance), lastsUntil: endsOf(balance, estimated.total, now) },
      }
    }
    const days = body.days ?? DAYS
    const growth = exact(body.growthPercent ?? '0')
    const replace = new Map((body.replace ?? []).map(({ service, by }) => [service, by]))
    const from = now - days * DAY_MS
    const tally = historyTally(replace, card)
    for await (const { entries } of pagesSince(services.log, account, from)) {
      if (tools.remainingMs() < RESERVE_MS) throw tooLarge(days)
      for (const entry of entries) {
        if (entry.kind === 'charge' && entry.time >= from && entry.time < now)
          tally.add({ ...entry, account }, entry.credits)
      }
    }
    const { charges, charged, byCategory, total, unpriced } = tally.result()
    const monthly = (amount: Credits): Range => rangeOf(monthOf(amount, days, growth), spread)
    return {
      status: 200,
      body: {
        rateCard: card.version,
        month: rangeShape(monthly(total)),
        byCategory: Object.fromEntries(
          [...byCategory].map(([category, amount]) => [category, rangeShape(monthly(amount))]),
        ),
        unpriced: [...unpriced],
        assumptions: [
          `as in the last ${days} days, and ${growth.toFixed()} percent more`,
          'a month has 30 days',
          ...[...replace].map(([service, by]) => `${by} in place of ${service}, with the same quantities`),
          spreadText(spread),
        ],
        history: { from: instantText(from), to: instantText(now), charges, charged: amountText(charged) },
        balance: amountText(balance),
        lastsUntil: endsOf(balance, monthly(total), now),
      },
    }
  },
})

const tooLarge = (days: number): Problem =>
  new Problem(
    'estimate.too-large',
    `the charges of ${days} days are too many to look at in one request; ask for fewer days`,
  )

function endsOf(balance: Credits, { low, expected, high }: Range, now: Instant): z.infer<typeof lastsUntilSchema> {
  const at = (monthly: Credits): string | undefined => {
    const end = lastsUntil(balance, monthly, now)
    return end === undefined ? undefined : instantText(end)
  }
  const [slow, usual, fast] = [at(low), at(expected), at(high)]
  return { ...(slow && { low: slow }), ...(usual && { expected: usual }), ...(fast && { high: fast }) }
}

export const estimateOperations: readonly Operation[] = [estimate, estimateAccount]
