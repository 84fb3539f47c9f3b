import type { AmountText } from '../../../../shared/money/amounts.ts'

// What commands read of the API's answers.

interface Place {
  readonly page: number
  readonly position: number
}

export interface ChargeAnswer extends Place {
  readonly kind: 'charge'
  readonly source: string
  readonly id: string
  readonly time: string
  readonly user: string
  readonly service: string
  readonly rateCard: number
  readonly amount: AmountText
}

interface GrantAnswer extends Place {
  readonly kind: 'grant'
  readonly amount: AmountText
  readonly actor: string
  readonly reference?: string
}

/** Amounts as they change the balance. */
interface CorrectionAnswer extends Place {
  readonly kind: 'adjustment' | 'refund' | 'reversal' | 'rerating' | 'top-up' | 'payment-reversal'
  readonly amount: AmountText
}

/** The opening, and what else moves no credits. */
interface OtherAnswer extends Place {
  readonly kind: 'open' | 'settings' | 'limits' | 'restore'
  readonly actor: string
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
  readonly source: string
  readonly id: string
  readonly reason: string
  readonly detail: string
}

/** An event whose time has not come; it is charged from `until` on. */
export interface AheadAnswer {
  readonly source: string
  readonly id: string
  readonly until: string
}

export interface QuarantinedAnswer {
  readonly reason: string
  readonly path: string
  readonly detail: string
  readonly messageId: string
  readonly index: number
}
