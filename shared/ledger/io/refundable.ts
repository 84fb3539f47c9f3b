import { Problem } from '../../errors/problems.ts'
import { refusal } from '../../errors/refusal.ts'
import { amountText, type Credits, minus, sumOf } from '../../money/amounts.ts'
import { type RefundEntry, reratingIdentity } from '../entries/credit.ts'
import { noSuchAccount } from './accounts-table.ts'
import type { Proposal } from './commit/proposal.ts'
import { type LogTable, readHead } from './log-table.ts'
import type { LogWriter } from './log-writer.ts'

/** Where charges are looked for. */
interface ChargeLog {
  readonly log: LogTable
  readonly writer: LogWriter
}

type FoundCharge = NonNullable<Awaited<ReturnType<LogWriter['findCharge']>>>

/** The charge of a usage event. @throws Problem when there is none, saying whether there is such an account at all */
export async function foundCharge(
  account: string,
  { source, id }: { readonly source: string; readonly id: string },
  { log, writer }: ChargeLog,
): Promise<FoundCharge> {
  const found = await writer.findCharge(account, source, id)
  if (found !== undefined) return found
  if ((await readHead(log, account)) === undefined) throw noSuchAccount(account)
  throw noSuchCharge(account, { source, id })
}

/** The same answer for the charge of another user: it must not reveal which charges exist. */
export const noSuchCharge = (account: string, { source, id }: { readonly source: string; readonly id: string }) =>
  new Problem(
    'charge.not-found',
    `account ${account} has no charge for source ${source} and id ${id}; it may still be under way, parked or quarantined`,
  )

export interface Refundable {
  /** The cost of a charge after its re-ratings. */
  readonly cost: Credits
  /** A re-rating that is written meanwhile makes the refund start over. */
  readonly unless: NonNullable<Proposal<Problem>['unless']>
}

/** The amount of a charge that may be refunded. @throws Problem where there is no such charge */
export async function refundable(
  account: string,
  { source, id }: RefundEntry['of'],
  services: ChargeLog,
): Promise<Refundable> {
  const { entry: charge } = await foundCharge(account, { source, id }, services)
  const { reratings, lookedUpTo } = await services.writer.findReratings(account, { source, id })
  return {
    cost: minus(charge.credits, sumOf(reratings.map(({ credits }) => credits))),
    unless: { identity: reratingIdentity({ source, id }, reratings.length + 1), lookedUpTo },
  }
}

/** Why this amount of a charge may not be refunded; `undefined`: it may. */
export function refundRefusal(amount: Credits, charged: Credits): Problem | undefined {
  if (charged.isZero()) return new Problem('refund.too-large', 'this usage cost nothing; there is nothing to give back')
  if (amount.lte(charged)) return undefined
  const cost = amountText(charged)
  return refusal('refund.too-large', [
    { pointer: '/amount', detail: `is more than was charged: ${cost.credits} credits (${cost.eur} €)` },
  ])
}
