import { plain } from '../../money/exact.ts'
import { asKnown, type PriceView } from '../../pricing/models/customer-prices.ts'
import type { Model, ModelPrice } from '../../pricing/models/models.ts'
import { isOutdated } from '../../pricing/rates/basis.ts'
import type { Rate } from '../../pricing/rates/rate.ts'
import { spreadsheetText } from '../../text/spreadsheet-text.ts'
import { type Instant, instantText } from '../../time/instant.ts'
import { variantText } from '../../usage/variant.ts'

const PRICES = [
  ...(['service', 'meter', 'variant', 'category', 'above', 'tier_scope', 'per', 'price_eur', 'rounding'] as const),
  ...(['from', 'rate_card', 'unlisted_variant'] as const),
]
/** Where a price comes from: for operators alone. */
const ORIGINS = ['list_price', 'currency', 'as_of', 'outdated'] as const

type Column = (typeof PRICES)[number] | (typeof ORIGINS)[number]
type Line = { readonly [column in Column]?: string | undefined }

const lineOf = (cells: readonly string[]): string => `${cells.join(',')}\r\n`

/** The header line, for the documentation. */
export const CSV_HEADER = lineOf([...PRICES, ...ORIGINS])

/**
 * Models as a table (RFC 4180): a line a price, those of tiers and categories on lines of their own.
 *
 * `from` is empty for what is in force; a line without a price says from when on the service has none any more.
 */
export function modelsCsv(models: readonly Model[], now: Instant, view: PriceView): string {
  const columns: readonly Column[] = view.kind === 'operator' ? [...PRICES, ...ORIGINS] : PRICES
  const lines = models.flatMap(({ service, prices, upcoming }) => [
    ...prices.flatMap((price) => linesOf(price, { service }, now)),
    ...upcoming.flatMap(({ from, rateCard, prices: next }) => {
      const announced = { service, from: instantText(from), rate_card: String(rateCard) }
      return next.length === 0 ? [announced] : next.flatMap((price) => linesOf(price, announced, now))
    }),
  ])
  return lineOf(columns) + lines.map((line) => lineOf(columns.map((column) => cell(line[column] ?? '')))).join('')
}

const linesOf = ({ rate, byCategory }: ModelPrice, line: Line, now: Instant): readonly Line[] => [
  ...tierLines(rate, line, now),
  ...[...byCategory].flatMap(([category, other]) => tierLines(other, { ...line, category }, now)),
]

function tierLines(rate: Rate, line: Line, now: Instant): readonly Line[] {
  const { meter, variant, basis, tiers } = rate
  const { per, price, rounding, unlistedVariant } = asKnown(rate)
  const own: Line = {
    ...line,
    meter,
    variant: variantText(variant),
    tier_scope: tiers?.by.scope,
    per,
    price_eur: price,
    rounding,
    list_price: basis?.listPrice,
    currency: basis?.currency,
    as_of: basis?.asOf,
    outdated: isOutdated(basis, now) ? 'yes' : '',
    unlisted_variant: unlistedVariant,
  }
  const steps = tiers?.steps ?? []
  return [
    own,
    ...steps.map((step, place) => ({
      ...own,
      above: plain(step.above),
      price_eur: plain(step.price),
      list_price: basis?.listTiers?.[place],
    })),
  ]
}

function cell(text: string): string {
  const safe = spreadsheetText(text)
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
