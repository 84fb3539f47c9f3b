import { type DomainEvent, domainEvent } from '../events/domain-event.ts'
import { epochOf, type Page, type PageHeader } from '../ledger/page/page.ts'
import { type SuspendReason, type TopUpState, topUpPlace, type WaitReason } from '../ledger/tally/top-up-state.ts'
import { type AmountText, amountText, type Credits } from '../money/amounts.ts'
import { plain } from '../money/exact.ts'
import { type Instant, instantText } from '../time/instant.ts'

/** A page took the balance below a level that the account set. */
interface LowBalance {
  /** Always the same for a crossing: `account#seq#level`, in a restored log `account#seqeEPOCH#level`. */
  readonly id: string
  readonly account: string
  readonly seq: number
  readonly level: Credits
  readonly balance: Credits
  readonly at: Instant
}

/** The crossings stored in these pages, in the log's order. */
export const lowBalancesOf = (pages: readonly Page[]): readonly LowBalance[] =>
  pages.flatMap(({ header: { account, seq, cuts, balance, crossings, writtenAt } }) =>
    crossings.map((level) => ({
      id: `${account}#${topUpPlace(seq, epochOf({ cuts }))}#${plain(level)}`,
      account,
      seq,
      level,
      balance,
      at: writtenAt,
    })),
  )

/**
 * The event of a low balance, with amounts in both units.
 *
 * @param isExhausted the same page used up the balance: people get one mail about that, and none about the levels
 */
export const lowBalanceEvent = (
  { id, account, seq, level, balance, at }: LowBalance,
  isExhausted: boolean,
): LowBalanceEvent =>
  domainEvent('groschen.balance.low', {
    id,
    subject: account,
    at,
    data: {
      account,
      seq,
      level: amountText(level),
      balance: amountText(balance),
      exhausted: isExhausted ? true : undefined,
    },
  })

type LowBalanceEvent = DomainEvent & {
  readonly data: {
    readonly account: string
    readonly seq: number
    readonly level: AmountText
    readonly balance: AmountText
    readonly exhausted: true | undefined
  }
}

/** Operations that an account without credits is refused. */
const refusedWithoutBalance = ['access-checks', 'reservations'] as const
/** Operations that continue: usage that has happened is charged. */
const doneWithoutBalance = ['charges-of-usage-done'] as const

interface ExhaustedBalanceData {
  readonly account: string
  readonly seq: number
  /** Zero, or less. */
  readonly balance: AmountText
  readonly refused: typeof refusedWithoutBalance
  readonly goesOn: typeof doneWithoutBalance
  /** What automatic top-up does at that page. */
  readonly automaticTopUp: {
    readonly kind: TopUpState['kind']
    readonly buys: AmountText | undefined
    readonly reason: WaitReason | SuspendReason | undefined
    readonly nextTry: string | undefined
  }
}

type ExhaustedBalanceEvent = DomainEvent & { readonly data: ExhaustedBalanceData }

/**
 * An event for each of these pages that used up the balance (above zero before the page, not after it), with any low-balance levels.
 * A log whose totals are zero (a new one, or one whose credits were all taken back) has its event when it falls below zero.
 *
 * A function of two pages, so the id is always the same: `account#seq#exhausted`, in a restored log `account#seqeEPOCH#exhausted`.
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
        buys: topUp.kind === 'open' ? amountText(topUp.buys) : undefined,
        reason: topUp.kind === 'waiting' || topUp.kind === 'suspended' ? topUp.reason : undefined,
        nextTry: topUp.kind === 'waiting' ? instantText(topUp.until) : undefined,
      },
    },
  })
}
