import { Problem } from '../../errors/problems.ts'
import { refusal } from '../../errors/refusal.ts'
import { type AccountsTable, noSuchAccount, readAccount } from '../../ledger/io/accounts-table.ts'
import { type LogTable, readHead } from '../../ledger/io/log-table.ts'
import { pagesSince } from '../../ledger/io/pages-since.ts'
import { type Credits, toEuros } from '../../money/amounts.ts'
import { Exact, plain } from '../../money/exact.ts'
import { LARGEST_CHARGE } from '../../money/limits.ts'
import { DAY_MS, type Instant } from '../../time/instant.ts'
import { monthEndIn } from '../../time/month-end.ts'
import { cardInForce } from '../cards/catalogue.ts'
import type { RateCard } from '../cards/rate-card.ts'
import {
  type Costs,
  costsOf,
  type HistoryCosts,
  HistoryTally,
  type OutOfRange,
  type Replacement,
} from '../estimates/costs.ts'
import {
  type Estimate,
  estimateOf,
  type Factors,
  MONTH_MS,
  mapRange,
  type Range,
  type Runway,
  runwayOf,
} from '../estimates/estimate.ts'
import { usesOf } from '../estimates/uses.ts'
import { type CompleteWorkload, completeWorkload, type Workload } from '../estimates/workload.ts'
import type { PublishedCards } from './published-cards.ts'

export interface EstimatePorts {
  readonly log: LogTable
  readonly accounts: AccountsTable
  readonly cards: PublishedCards
}

/** The cost of a period, with its inputs. */
export interface EstimatedCosts {
  readonly estimate: Estimate
  /** Whose prices and balance; `undefined`: everybody's prices. */
  readonly account: string | undefined
  /** The time of the prices. */
  readonly at: Instant
  /** `undefined`: none is in force then. */
  readonly card: RateCard | undefined
  /** Milliseconds. */
  readonly period: number
  readonly factors: Factors
  readonly basis:
    | { readonly kind: 'workload'; readonly workload: CompleteWorkload }
    | {
        readonly kind: 'history'
        readonly history: HistoryCosts
        readonly from: Instant
        readonly to: Instant
        readonly growthPercent: string
      }
  readonly balance: { readonly now: Credits; readonly monthEnd: Instant; readonly cases: Range<Runway> } | undefined
}

interface Asked {
  /** The time of the prices; `undefined`: now. */
  readonly at: Instant | undefined
  readonly factors: Range<string>
}

/** Estimates the cost of a described workload in a month. @throws Problem */
export async function estimateWorkload(
  ports: EstimatePorts,
  asked: Asked & { readonly account: string | undefined; readonly workload: Workload },
  now: Instant,
): Promise<EstimatedCosts> {
  const { account, at = now } = asked
  const workload = completeWorkload(asked.workload)
  const card = cardInForce(await ports.cards.all(now), at)
  const uses = usesOf(workload)
  if (uses.every(({ times }) => times.isZero())) throw noUse()
  const costs = inRange(costsOf(uses, card, account ?? ''))
  const factors = mapRange(asked.factors, (factor) => new Exact(factor))
  const estimated = { account, at, card, period: MONTH_MS, factors, basis: { kind: 'workload', workload } } as const
  return await withBalance(ports, costs, estimated, now)
}

/**
 * Estimates an account's cost in the coming days, by its charges of as many past days: each is priced again, with its
 * own quantities, with growth and with other models.
 *
 * @throws Problem, also when there is no time to read all charges
 */
export async function estimateAccount(
  ports: EstimatePorts,
  asked: Asked & {
    readonly account: string
    readonly days: number
    readonly growthPercent: string
    readonly replace: readonly Replacement[]
  },
  { now, hasTime }: { readonly now: Instant; readonly hasTime: () => boolean },
): Promise<EstimatedCosts> {
  const { account, days, growthPercent, at = now } = asked
  const card = cardInForce(await ports.cards.all(now), at)
  const [from, to] = [now - days * DAY_MS, now]
  if ((await readHead(ports.log, account)) === undefined) throw noSuchAccount(account)
  const tally = new HistoryTally(card, asked.replace)
  // From the log, not from the folds: prices of other models need the quantities, tiers those of each single charge.
  for await (const { entries } of pagesSince(ports.log, account, from)) {
    if (!hasTime()) throw tooLarge(account, days)
    for (const entry of entries) {
      const isMeant = entry.kind === 'charge' && entry.time >= from && entry.time < to
      if (isMeant) tally.add({ ...entry, account }, entry.credits)
    }
  }
  const history = inRange(tally.result())
  const growth = new Exact(growthPercent).dividedBy(100).plus(1)
  const factors = mapRange(asked.factors, (factor) => growth.times(factor))
  const basis = { kind: 'history', history, from, to, growthPercent } as const
  return await withBalance(ports, history, { account, at, card, period: days * DAY_MS, factors, basis }, now)
}

async function withBalance(
  { log, accounts }: EstimatePorts,
  costs: Costs,
  estimated: Omit<EstimatedCosts, 'estimate' | 'balance'>,
  now: Instant,
): Promise<EstimatedCosts> {
  const { account, period } = estimated
  const estimate = estimateOf(costs, estimated.factors)
  if (account === undefined) return { ...estimated, estimate, balance: undefined }
  const [record, head] = await Promise.all([readAccount(accounts, account), readHead(log, account)])
  if (record === undefined || head === undefined) throw noSuchAccount(account)
  const monthEnd = await monthEndIn(record.timeZone, now)
  const { balance } = head.header
  const cases = mapRange(estimate.total, (cost) => runwayOf(balance, { cost, period }, { now, monthEnd }))
  return { ...estimated, estimate, balance: { now: balance, monthEnd, cases } }
}

/** @throws Problem where one use would cost more than one usage event may */
function inRange<C extends Costs>(costs: C | OutOfRange): C {
  if (costs.kind === 'costs') return costs
  const most = plain(toEuros(LARGEST_CHARGE))
  throw new Problem(
    'estimate.out-of-range',
    `one use of ${costs.service} would cost more than ${most} €, the most that one usage event may; take smaller quantities`,
  )
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
