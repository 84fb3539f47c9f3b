import { rounded, toEuros } from '../../money/amounts.ts'
import { type Exact, exact, plain } from '../../money/exact.ts'
import { noVariant, variantText } from '../../usage/variant.ts'
import type { Rate } from '../rates/rate.ts'
import type { PricedRow } from './price-usage.ts'

/** How a row of a charge came about, for a person with a pencil. */
export interface ExplainedRow {
  /** `523 × 3 € / 1,000,000 = 0.001569 €`: the multiplication, to the last digit. */
  readonly calculation: string
  /** `3 € = 2.5 USD × 1 × 1.2`: where the price comes from, and whose it is where the usage has another name. */
  readonly origin: string
}

/** The rows as the seed page shows them, and why they may add up to something else than the charge. */
export interface RoundedRows {
  /** Credits of each row, two decimals. */
  readonly rows: readonly string[]
  readonly sum: string
  readonly remark: string
}

/** Two decimals of a credit: what the seed page prints. */
const CREDIT_DECIMALS = 2

/** @param service as the usage names it: an alias, perhaps */
export const explainRow = (row: PricedRow, service: string): ExplainedRow => ({
  calculation: calculationOf(row),
  origin: originOf(row, service),
})

function calculationOf({ quantity, rate, price, above, packages, credits }: PricedRow): string {
  const result = `${shown(toEuros(credits))} €`
  const per = rate.per.eq(1) ? '' : ` / ${shown(rate.per)}`
  if (packages !== undefined) {
    const begun = `${shown(quantity)}${per}, begun ones whole: ${shown(packages)}`
    return `${begun} × ${priceText(price)} € = ${result}`
  }
  const tier = above === undefined ? '' : ` (the price above ${shown(above)})`
  return `${shown(quantity)} × ${priceText(price)} €${per} = ${result}${tier}`
}

function originOf({ rate, price, above }: PricedRow, service: string): string {
  const { basis, tiers } = rate
  if (basis === undefined) return `a price of our own for ${rateName(rate)}`
  const step = tiers?.steps.findIndex((tier) => above?.eq(tier.above)) ?? -1
  const listPrice = step < 0 ? basis.listPrice : (basis.listTiers?.[step] ?? basis.listPrice)
  const markup = exact(basis.markupPercent).dividedBy(100).plus(1)
  const factors = [
    `${shown(exact(listPrice))} ${basis.currency}`,
    `${basis.exchangeRate} €/${basis.currency}`,
    plain(markup),
  ]
  const fixed = basis.markupFixed === undefined ? '' : ` + ${basis.markupFixed} €`
  const day = basis.asOf === undefined ? '' : `, as of ${basis.asOf}`
  const of = rate.service === service ? '' : `, the price of ${rateName(rate)}`
  return `${priceText(price)} € = ${factors.join(' × ')}${fixed} (${basis.source}${day})${of}`
}

/** The service and variant of a rate: `openai/gpt-image-1 quality=high`. */
export function rateName({ service, variant, account }: Rate): string {
  return [
    service,
    ...(variant === noVariant ? [] : [variantText(variant)]),
    ...(account === undefined ? [] : [`for ${account}`]),
  ].join(' ')
}

/** Source: seed page, "What does an action cost?": it rounds each row and adds those up. */
export function roundRows(rows: readonly Pick<PricedRow, 'credits'>[], total: Exact): RoundedRows {
  const each = rows.map(({ credits }) => rounded(credits, CREDIT_DECIMALS))
  const sum = each.reduce((all, row) => all.plus(exact(row)), exact('0'))
  const remark = remarkOf(
    rows.every(({ credits }, place) => credits.eq(exact(each[place] ?? '0'))),
    sum,
    total,
  )
  return { rows: each, sum: sum.toFixed(CREDIT_DECIMALS), remark }
}

function remarkOf(isExact: boolean, sum: Exact, total: Exact): string {
  if (isExact) return 'The rows are exact as they are shown.'
  const added = `Rounded to cents of a credit the rows add up to ${sum.toFixed(CREDIT_DECIMALS)}`
  return sum.eq(total)
    ? `${added}, and so do the exact ones: nothing is rounded between event and balance.`
    : `${added}; charged is the exact sum, ${plain(total)} credits: nothing is rounded between event and balance.`
}

/** Groups of three digits before the point. */
const shown = (value: Exact, decimals = value.decimalPlaces()): string =>
  value.toFixed(decimals).replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','))

/** With the cents that people are used to. */
const priceText = (price: Exact): string => shown(price, Math.max(2, price.decimalPlaces()))
