import * as z from 'zod/mini'
import type { ManualCaps } from '../ledger/tally/bought-by-hand.ts'
import { type Euros, euros } from '../money/amounts.ts'
import { type Exact, exact } from '../money/exact.ts'
import { asciiJson } from '../text/ascii-json.ts'

const cents = z.string().check(z.regex(/^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,2})?$/, 'expected euros such as "100.00"'))
const percent = z.string().check(z.regex(/^(?:0|[1-9][0-9]?)(?:\.[0-9]{1,4})?$/, 'expected a percentage below 100'))

const schema = z.strictObject({
  amounts: z.array(cents).check(z.minLength(1), z.maxLength(50)),
  least: cents,
  most: cents,
  discounts: z.array(z.strictObject({ from: cents, percent })).check(z.maxLength(50)),
  taxPercent: percent,
  fee: cents,
  manual: z.optional(
    z.strictObject({ dayCap: z.optional(cents), monthCap: z.optional(cents), mostByMethod: z.optional(cents) }),
  ),
})

/** A bound for the function's environment, like `SELLER_BYTES`. */
export const PURCHASES_BYTES = 1024

/** How a stage sells credits. Amounts in euros. */
export interface PurchaseSettings {
  /** The amounts that can be bought by hand. */
  readonly amounts: readonly Euros[]
  /** Bounds of an automatic purchase. */
  readonly least: Euros
  readonly most: Euros
  /** Off the price of purchases of at least so much; the largest that applies. */
  readonly discounts: readonly { readonly from: Euros; readonly percent: Exact }[]
  readonly taxPercent: Exact
  /** For each purchase that the provider is paid through; an invoice has none. */
  readonly fee: Euros
  /** The caps of purchases by hand through the provider for one account, with tax and fee. */
  readonly manual: ManualCaps
  /** The most that a person buys with the stored method, before tax and fee; above it on the provider's page, with the bank's confirmation. */
  readonly mostByMethod: Euros
}

/** In euros: twice the largest amount a day, ten times a month. */
const DEFAULT_MANUAL = { dayCap: '12000', monthCap: '60000', mostByMethod: '1000' }

/** The settings of a stage that says nothing of its own. */
export const DEFAULT_PURCHASES = {
  amounts: ['100', '500', '1000', '5000'],
  least: '1',
  most: '50000',
  discounts: [],
  taxPercent: '0',
  fee: '0',
}

/** @throws Error that says where the settings of a stage are wrong */
export function readPurchaseSettings(given: unknown): PurchaseSettings {
  const { success, data, error } = schema.safeParse(given)
  if (!success) {
    const [issue] = error.issues
    throw new Error(`the purchases of this stage, at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'are wrong'}`)
  }
  const bytes = asciiJson(given).length
  if (bytes > PURCHASES_BYTES)
    throw new Error(`the purchases of this stage take ${bytes} bytes; at most ${PURCHASES_BYTES} fit in`)
  const { dayCap, monthCap, mostByMethod } = DEFAULT_MANUAL
  const { manual = {} } = data
  return {
    amounts: data.amounts.map(euros),
    least: euros(data.least),
    most: euros(data.most),
    discounts: data.discounts.map(({ from, percent: off }) => ({ from: euros(from), percent: exact(off) })),
    taxPercent: exact(data.taxPercent),
    fee: euros(data.fee),
    manual: { day: euros(manual.dayCap ?? dayCap), month: euros(manual.monthCap ?? monthCap) },
    mostByMethod: euros(manual.mostByMethod ?? mostByMethod),
  }
}
