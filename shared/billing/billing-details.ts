import type { Language } from '../text/language.ts'
import type { Instant } from '../time/instant.ts'

export interface Address {
  /** Street and number, and what else stands above the city. */
  readonly lines: readonly string[]
  readonly postcode: string
  readonly city: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

/** Whom an account's receipts are made out to, as an admin gives it. */
export interface BillingDetails {
  readonly company: string
  readonly address: Address
  /** Without spaces, with its country's letters. */
  readonly vatId: string | undefined
  /** Where receipts and notices go. */
  readonly email: string | undefined
  /** The buyer's own, which the buyer wants to read on receipts. */
  readonly purchaseReference: string | undefined
  readonly language: Language
}

/** One version, never changed: what was bought under it shows it for ever. */
export interface BillingVersion extends BillingDetails {
  readonly account: string
  /** From 1, without gaps. */
  readonly version: number
  readonly actor: string
  readonly savedAt: Instant
}
