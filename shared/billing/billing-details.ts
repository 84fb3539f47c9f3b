import * as z from 'zod/mini'
import { languages } from '../text/language.ts'

const details = {
  company: z.string(),
  address: z.readonly(
    z.object({
      /** Street and number, and what else stands above the city. */
      lines: z.readonly(z.array(z.string())),
      postcode: z.string(),
      city: z.string(),
      /** ISO 3166-1 alpha-2. */
      country: z.string(),
    }),
  ),
  /** Without spaces, with its country's letters. */
  vatId: z.optional(z.string()),
  /** The address for receipts and notices. */
  email: z.optional(z.string()),
  /** The buyer's own, which the buyer wants to read on receipts. */
  purchaseReference: z.optional(z.string()),
  language: z.enum(languages),
}

const billingDetails = z.readonly(z.object(details))

/** The recipient of an account's receipts, as an admin sets it. */
export type BillingDetails = z.output<typeof billingDetails>

/** DynamoDB's numbers come as texts of digits. */
const number = z.pipe(z.unknown(), z.transform(Number))

/** How a version is stored. */
export const storedBilling = z.readonly(
  z.object({
    ...details,
    account: z.string(),
    /** From 1, without gaps. */
    version: number,
    actor: z.string(),
    savedAt: number,
  }),
)

/** One version, never changed: receipts of its purchases show it for ever. */
export type BillingVersion = z.output<typeof storedBilling>
