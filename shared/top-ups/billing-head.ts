import type { Language } from '../text/language.ts'

/** What of an account's billing details a purchase needs. */
export interface BillingHead {
  /** 0: there are none. */
  readonly version: number
  readonly language: Language
  /** For receipts. */
  readonly email: string | undefined
}
