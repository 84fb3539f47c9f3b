import type { AmountText } from '../../../../shared/money/amounts.ts'

/** What the commands read of the API's answers. */
export interface ChargeAnswer {
  readonly kind: 'charge'
  readonly page: number
  readonly position: number
  readonly source: string
  readonly id: string
  readonly time: string
  readonly user: string
  readonly service: string
  readonly rateCard: number
  readonly amount: AmountText
}

interface GrantAnswer {
  readonly kind: 'grant'
  readonly page: number
  readonly position: number
  readonly amount: AmountText
  readonly actor: string
  readonly reason: string
  readonly reference?: string
}

/** What moves no credits. */
interface OtherAnswer {
  readonly kind:
    | (
        | 'open'
        | 'settings'
        | 'top-up-ended'
        | 'top-up-retry'
        | 'top-up-wanted'
        | 'top-up-not-paid'
        | 'reconciled'
        | 'restore'
      )
    | ('limits' | 'user-tiers' | 'upgrade-request' | 'upgrade-decision')
  readonly page: number
  readonly position: number
  readonly actor: string
}

/** Amounts as they change the balance. */
interface CorrectionAnswer {
  readonly kind: 'adjustment' | 'refund' | 'reversal' | 'rerating' | 'top-up' | 'payment-reversal'
  readonly page: number
  readonly position: number
  readonly amount: AmountText
}

export type EntryAnswer = ChargeAnswer | GrantAnswer | CorrectionAnswer | OtherAnswer

export interface ReceiptRow {
  readonly meter: string
  readonly quantity: string
  readonly price: string
  readonly per: string
  readonly cost: AmountText
}

/** One charge with how it came about. */
export interface ReceiptAnswer extends ChargeAnswer {
  readonly rows: readonly ReceiptRow[]
  readonly total: AmountText
  /** What the rounded rows add up to: 2.66 where 2.6533 was charged. */
  readonly rounded: { readonly credits: string }
}

export interface BalanceAnswer {
  readonly balance: AmountText
  readonly credited: AmountText
  readonly charged: AmountText
  readonly seq: number
}

export interface ParkedAnswer {
  readonly account: string
  readonly source: string
  readonly id: string
  readonly service: string
  readonly reason: string
  readonly detail: string
}

/** An event whose time has not come. */
export interface AheadAnswer {
  readonly source: string
  readonly id: string
  /** From here on it is charged. */
  readonly until: string
}

export interface QuarantinedAnswer {
  readonly reason: string
  readonly path: string
  readonly detail: string
  readonly messageId: string
  readonly index: number
}

export interface RateCardAnswer {
  readonly version: number
  readonly note: string
}
