import { type DomainEvent, domainEvent } from '../events/domain-event.ts'
import { epochOf } from '../ledger/page/epoch.ts'
import type { Page, PageHeader } from '../ledger/page/page.ts'
import { type SuspendReason, type TopUpState, topUpPlace, type WaitReason } from '../ledger/tally/top-up-state.ts'
import { type AmountText, amountText } from '../money/amounts.ts'
import { instantText } from '../time/instant.ts'

/** What an account without credits is refused from then on. */
const refusedWithoutBalance = ['access-checks', 'reservations'] as const
/** What is done all the same: usage that has happened is charged. */
const doneWithoutBalance = ['charges-of-usage-done'] as const

interface ExhaustedBalanceData {
  readonly account: string
  readonly seq: number
  /** Zero, or less. */
  readonly balance: AmountText
  readonly refused: typeof refusedWithoutBalance
  readonly goesOn: typeof doneWithoutBalance
  /** What automatic top-up does about it, as of that page. */
  readonly automaticTopUp: {
    readonly kind: TopUpState['kind']
    readonly buys?: AmountText
    readonly reason?: WaitReason | SuspendReason
    readonly nextTry?: string
  }
}

export type ExhaustedBalanceEvent = DomainEvent & { readonly data: ExhaustedBalanceData }

/**
 * Tells where these pages used a balance up, whatever levels the account has: it was above zero before a page, and is not after it.
 * A log whose totals are nothing (a new one, or one whose credits were all taken back) is told when it falls below zero. A function of two pages, so the id `account#seq#exhausted` is the
 * same however often it is told; in a restored log, which has other pages under the same numbers, `account#seqeEPOCH#exhausted`.
 *
 * @param before the header of the page before the first of them; `undefined`: they begin with page 1
 */
export function exhaustedEventsOf(
  before: PageHeader | undefined,
  pages: readonly Page[],
): readonly ExhaustedBalanceEvent[] {
  return pages.flatMap(({ header }, place) => {
    const last = place === 0 ? before : pages[place - 1]?.header
    return isUsedUp(last, header) ? [exhaustedEvent(header)] : []
  })
}

function isUsedUp(before: PageHeader | undefined, { balance }: PageHeader): boolean {
  if (before === undefined) return balance.lt(0)
  if (before.balance.gt(0)) return balance.lte(0)
  return before.totalCredited.isZero() && before.totalCharged.isZero() && balance.lt(0)
}

function exhaustedEvent({ account, seq, cuts, balance, topUp, writtenAt }: PageHeader): ExhaustedBalanceEvent {
  return domainEvent('groschen.balance.exhausted', {
    id: `${account}#${topUpPlace(seq, epochOf({ cuts }))}#exhausted`,
    subject: account,
    at: writtenAt,
    data: {
      account,
      seq,
      balance: amountText(balance),
      refused: refusedWithoutBalance,
      goesOn: doneWithoutBalance,
      automaticTopUp: {
        kind: topUp.kind,
        ...(topUp.kind === 'open' && { buys: amountText(topUp.buys) }),
        ...((topUp.kind === 'waiting' || topUp.kind === 'suspended') && { reason: topUp.reason }),
        ...(topUp.kind === 'waiting' && { nextTry: instantText(topUp.until) }),
      },
    },
  })
}
