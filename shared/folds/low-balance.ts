import type { Page } from '../account-log/page.ts'
import { type AmountText, amountText, type Credits } from '../money/amounts.ts'
import { plain } from '../money/exact.ts'
import { type Instant, instantText } from '../time/instant.ts'

const LOW_BALANCE_TYPE = 'groschen.balance.low'

/** A page took the balance below a level that the account set. */
export interface LowBalance {
  /** `account#seq#level`: the same however often it is told. */
  readonly id: string
  readonly account: string
  readonly seq: number
  readonly level: Credits
  readonly balance: Credits
  readonly at: Instant
}

/** The crossings stored in these pages, in the log's order. */
export const lowBalancesOf = (pages: readonly Page[]): readonly LowBalance[] =>
  pages.flatMap(({ header: { account, seq, balance, crossings, writtenAt } }) =>
    crossings.map((level) => ({
      id: `${account}#${seq}#${plain(level)}`,
      account,
      seq,
      level,
      balance,
      at: writtenAt,
    })),
  )

/** A low balance as others get to see it: CloudEvents 1.0, amounts in both units. */
export interface LowBalanceEvent {
  readonly specversion: '1.0'
  readonly type: typeof LOW_BALANCE_TYPE
  readonly source: 'groschen'
  readonly id: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: {
    readonly account: string
    readonly seq: number
    readonly level: AmountText
    readonly balance: AmountText
  }
}

export const lowBalanceEvent = ({ id, account, seq, level, balance, at }: LowBalance): LowBalanceEvent => ({
  specversion: '1.0',
  type: LOW_BALANCE_TYPE,
  source: 'groschen',
  id,
  subject: account,
  time: instantText(at),
  datacontenttype: 'application/json',
  data: { account, seq, level: amountText(level), balance: amountText(balance) },
})
