import { type DomainEvent, domainEvent } from '../events/domain-event.ts'
import { epochOf } from '../ledger/page/epoch.ts'
import type { Page } from '../ledger/page/page.ts'
import { topUpPlace } from '../ledger/tally/top-up-state.ts'
import { type AmountText, amountText, type Credits } from '../money/amounts.ts'
import { plain } from '../money/exact.ts'
import type { Instant } from '../time/instant.ts'

/** A page took the balance below a level that the account set. */
export interface LowBalance {
  /** `account#seq#level`: the same however often it is told; in a restored log `account#seqeEPOCH#level`. */
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
 * A low balance as others get to see it, with amounts in both units.
 *
 * @param isExhausted the same page used the balance up: people get one mail of that, and none of each level
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
      ...(isExhausted && { exhausted: true }),
    },
  })

export type LowBalanceEvent = DomainEvent & {
  readonly data: {
    readonly account: string
    readonly seq: number
    readonly level: AmountText
    readonly balance: AmountText
    readonly exhausted?: true
  }
}
