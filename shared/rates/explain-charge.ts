import { rounded, toEuros } from '../money/amounts.ts'
import { type Exact, exact, plain } from '../money/exact.ts'
import { variantPairs } from '../usage/variant.ts'
import type { PricedRow } from './price-charge.ts'

/** How a row of a charge came about, for a person with a pencil. */
export interface ExplainedRow {
  /** `523 × 3 € / 1,000,000 = 0.001569 €`: the multiplication, to the last digit. */
  readonly calculation: string
  /** `3 € = 2.5 USD × 1 × 1.2`: where the price comes from; absent: it is a price of our own. */
  readonly origin: string | undefined
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

export const explainRow = (row: PricedRow): ExplainedRow => ({ calculation: calculationOf(row), origin: originOf(row) })

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

function originOf({ rate, price, above }: PricedRow): string | undefined {
  const { basis, tiers } = rate
  if (basis === undefined) return undefined
  const step = tiers?.steps.findIndex((tier) => above?.eq(tier.above)) ?? -1
  const listPrice = step < 0 ? basis.listPrice : (basis.listTiers?.[step] ?? basis.listPrice)
  const markup = exact(basis.markupPercent).dividedBy(100).plus(1)
  const factors = [
    `${shown(exact(listPrice))} ${basis.currency}`,
    `${basis.exchangeRate} €/${basis.currency}`,
    plain(markup),
  ]
  const fixed = basis.markupFixed === undefined ? '' : ` + ${basis.markupFixed} €`
  return `${priceText(price)} € = ${factors.join(' × ')}${fixed} (${basis.source})`
}

/** `openai/gpt-image-1 quality=high`: what a rate is for. */
export function rateName({ rate }: PricedRow): string {
  const pairs = Object.entries(variantPairs(rate.variant) ?? {}).map(([name, value]) => `${name}=${value}`)
  return [rate.service, ...pairs, ...(rate.account === undefined ? [] : [`for ${rate.account}`])].join(' ')
}

/** Source: seed page, "What does an action cost?": it rounds each row and adds those up. */
export function roundRows(rows: readonly Pick<PricedRow, 'credits'>[], total: Exact): RoundedRows {
  const each = rows.map(({ credits }) => rounded(credits, CREDIT_DECIMALS))
  const sum = each.reduce((all, row) => all.plus(exact(row)), exact('0'))
  const remark = sum.eq(total)
    ? 'The rows are exact as they are shown.'
    : `Rounded to cents of a credit the rows add up to ${sum.toFixed(CREDIT_DECIMALS)}; charged is the exact sum, ${plain(total)} credits: nothing is rounded between event and balance.`
  return { rows: each, sum: sum.toFixed(CREDIT_DECIMALS), remark }
}

/** Groups of three digits before the point. */
const shown = (value: Exact, decimals = value.decimalPlaces()): string =>
  value.toFixed(decimals).replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','))

/** With the cents that people are used to. */
const priceText = (price: Exact): string => shown(price, Math.max(2, price.decimalPlaces()))
