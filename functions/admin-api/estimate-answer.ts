import { balanceShape, estimateShape, timesShape } from '../../shared/api/pricing/estimate.ts'
import { Problem } from '../../shared/errors/problems.ts'
import type { Answer } from '../../shared/http/answer.ts'
import { readAccount } from '../../shared/ledger/io/accounts-table.ts'
import { noSuchAccount } from '../../shared/ledger/io/known-account.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import { rounded, toEuros } from '../../shared/money/amounts.ts'
import { Exact, plain } from '../../shared/money/exact.ts'
import { LARGEST_CHARGE } from '../../shared/money/limits.ts'
import type { RateCard } from '../../shared/pricing/cards/rate-card.ts'
import { didYouMeanService } from '../../shared/pricing/charge/did-you-mean-service.ts'
import type { Costs, OutOfRange } from '../../shared/pricing/estimates/costs.ts'
import { type Estimate, estimateOf, type Factors, mapRange, runwayOf } from '../../shared/pricing/estimates/estimate.ts'
import { DAY_MS, type Instant, instantText } from '../../shared/time/instant.ts'
import { monthEndIn } from '../../shared/time/month-end.ts'
import type { Services } from './services.ts'

/** What an estimate was made from. */
export interface Assumed {
  readonly account: string | undefined
  readonly at: Instant
  readonly card: RateCard | undefined
  /** Milliseconds. */
  readonly period: number
  readonly factors: Factors
  /** As the answer shows them. */
  readonly shown: object
  readonly notes: readonly string[]
}

const NOTES = [
  'the cases differ in how often something is used, not in how large one use is',
  'every use is priced as one usage event, by the same rates as it would be charged by',
]

const BALANCE_NOTES = [
  'the cost is spread evenly over the period, and goes on so',
  'nothing is granted, topped up or bought meanwhile',
]

/**
 * The answer to every kind of estimate: what it comes to, what was assumed, and how long the balance lasts.
 *
 * @throws Problem
 */
export async function estimateAnswer(
  costs: Costs,
  { account, at, card, period, factors, shown, notes }: Assumed,
  services: Pick<Services, 'log' | 'accounts'>,
  now: Instant,
): Promise<Answer> {
  const estimate = estimateOf(costs, factors)
  const balance = account === undefined ? undefined : await balanceOf(account, { estimate, period }, services, now)
  return {
    status: 200,
    body: {
      ...(account !== undefined && { account }),
      assumptions: {
        at: instantText(at),
        ...(card && { rateCard: card.version }),
        periodDays: rounded(new Exact(period).dividedBy(DAY_MS), 2),
        factors: timesShape(factors),
        ...shown,
        notes: [...notes, ...NOTES, ...(balance === undefined ? [] : BALANCE_NOTES)],
      },
      ...estimateShape(estimate, (service) => didYouMeanService(card, service, account)),
      ...(balance && { balance }),
    },
  }
}

async function balanceOf(
  account: string,
  { estimate, period }: { readonly estimate: Estimate; readonly period: number },
  { log, accounts }: Pick<Services, 'log' | 'accounts'>,
  now: Instant,
) {
  const [record, head] = await Promise.all([readAccount(accounts, account), readHead(log, account)])
  if (record === undefined || head === undefined) throw noSuchAccount(account)
  const monthEnd = await monthEndIn(record.timeZone, now)
  const { balance } = head.header
  const cases = mapRange(estimate.total, (cost) => runwayOf(balance, { cost, period }, { now, monthEnd }))
  return balanceShape(balance, monthEnd, cases)
}

/** @throws Problem where one use would cost more than one usage event may */
export function inRange<C extends Costs>(costs: C | OutOfRange): C {
  if (costs.kind === 'costs') return costs
  const most = plain(toEuros(LARGEST_CHARGE))
  throw new Problem(
    'estimate.out-of-range',
    `one use of ${costs.service} would cost more than ${most} €, the most that one usage event may; take smaller quantities`,
  )
}
