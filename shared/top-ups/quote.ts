import { type Credits, type Euros, euros, toEuros } from '../money/amounts.ts'
import { Exact } from '../money/exact.ts'
import type { PurchaseSettings } from './purchase-settings.ts'
import type { Price } from './top-up.ts'

const CENT = 2
const HUNDRED = 100

/**
 * The price of credits: a cent each, less the discount, with the fee, and tax on all of it.
 *
 * Discount and tax are rounded to whole cents, half up: a payment has no smaller part, and this is the one place where money
 * is rounded (reliability, M7). The credits are what was asked for, exactly.
 */
export function quote(settings: PurchaseSettings, credits: Credits): Price {
  const net = toEuros(credits)
  const off = settings.discounts
    .filter(({ from }) => net.gte(from))
    .reduce((most, { percent }) => Exact.max(most, percent), new Exact(0))
  const discount = inCents(net.times(off).dividedBy(HUNDRED))
  const taxed = net.minus(discount).plus(settings.fee)
  const tax = inCents(taxed.times(settings.taxPercent).dividedBy(HUNDRED))
  return { net, discount, fee: settings.fee, tax, total: taxed.plus(tax) as Euros }
}

/** The price of credits on an invoice: without the fee, which is for payments at the provider. */
export const quoteInvoice = (settings: PurchaseSettings, credits: Credits): Price =>
  quote({ ...settings, fee: euros('0') }, credits)

const inCents = (amount: Exact): Euros => euros(amount.toDecimalPlaces(CENT, Exact.ROUND_HALF_UP).toFixed())
