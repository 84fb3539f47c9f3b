import { Problem } from '../../shared/errors/problems.ts'
import { refusal } from '../../shared/errors/refusal.ts'
import { type RefundEntry, reratingIdentity } from '../../shared/ledger/entries/credit.ts'
import type { Proposal } from '../../shared/ledger/io/commit/proposal.ts'
import { amountText, type Credits, minus, sumOf } from '../../shared/money/amounts.ts'
import { foundCharge } from './found-charge.ts'
import type { Setting } from './services.ts'

export interface Refundable {
  /** What the charge costs by now, with what re-ratings put right. */
  readonly cost: Credits
  /** A re-rating that is written meanwhile makes the refund be asked for again. */
  readonly unless: NonNullable<Proposal<Problem>['unless']>
}

/** What of a charge may be given back. @throws Problem where there is no such charge */
export async function refundable(
  account: string,
  { source, id }: RefundEntry['of'],
  { services }: Pick<Setting, 'services'>,
): Promise<Refundable> {
  const { entry: charge } = await foundCharge(account, { source, id }, services)
  const { reratings, lookedUpTo } = await services.writer.findReratings(account, { source, id })
  return {
    cost: minus(charge.credits, sumOf(reratings.map(({ credits }) => credits))),
    unless: { identity: reratingIdentity({ source, id }, reratings.length + 1), lookedUpTo },
  }
}

/** Why so much of a charge may not be given back; `undefined`: it may. */
export function refundRefusal(amount: Credits, charged: Credits): Problem | undefined {
  if (charged.isZero()) return new Problem('refund.too-large', 'this usage cost nothing; there is nothing to give back')
  if (amount.lte(charged)) return undefined
  const cost = amountText(charged)
  return refusal('refund.too-large', [
    { pointer: '/amount', detail: `is more than was charged: ${cost.credits} credits (${cost.eur} €)` },
  ])
}
