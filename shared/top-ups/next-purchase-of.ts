import type { AutoTopUp } from '../ledger/entries/auto-top-up.ts'
import type { PageHeader } from '../ledger/page/page.ts'
import { nextTopUp } from '../ledger/tally/next-top-up.ts'
import { noTally } from '../ledger/tally/top-up-state.ts'
import { automaticPurchase, nextPurchase, type Purchase } from './automatic-purchase.ts'
import { roomIn } from './decide-top-up.ts'
import type { PurchaseSettings } from './purchase-settings.ts'

type Head = Pick<PageHeader, 'balance' | 'tally' | 'topUp'>

/**
 * The next automatic purchase by these settings: the open one, the one at this balance, or
 * as soon as it falls below the threshold.
 *
 * @param month the calendar month where the account is: `2026-11`
 * @returns `undefined`: the month's cap has no room for one
 */
export function nextPurchaseOf(
  { balance, tally = noTally, topUp }: Head,
  auto: AutoTopUp,
  month: string,
  purchases: PurchaseSettings,
): Purchase | undefined {
  const room = roomIn(month, auto, tally)
  const purchase =
    topUp.kind === 'open'
      ? automaticPurchase(purchases, auto, topUp.buys, room)
      : nextPurchase(purchases, auto, balance, room)
  return purchase.price.total.lte(room) && hasTurn(auto, month, tally) ? purchase : undefined
}

/** Whether saving these settings buys at once: the balance is below the threshold, and neither an open top-up nor a stop prevents it. */
export function buysAtOnce({ balance, tally, topUp }: Head, auto: AutoTopUp): boolean {
  // Settings end a wait.
  const course = { topUp: topUp.kind === 'waiting' ? { kind: 'idle' as const } : topUp, tally }
  const after = nextTopUp(course, [], { auto, balance, place: 'next' })
  return topUp.kind !== 'open' && after.topUp.kind === 'open'
}

const hasTurn = ({ monthlyCap }: AutoTopUp, month: string, tally: Pick<typeof noTally, 'month' | 'number'>): boolean =>
  tally.month !== month || tally.number < monthlyCap.number
