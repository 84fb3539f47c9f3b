import { plain } from '../../shared/money/exact.ts'
import type { Model, ModelPrice } from '../../shared/rates/models.ts'
import { isOutdated } from '../../shared/rates/price-age.ts'
import { type Instant, instantText } from '../../shared/time/instant.ts'
import { variantPairs } from '../../shared/usage/variant.ts'
import { asKnown } from './shapes/model.ts'

const COLUMNS = [
  ...['service', 'meter', 'variant', 'above', 'per', 'price_eur', 'from', 'rate_card'],
  ...['list_price', 'currency', 'as_of', 'outdated'],
]

/** Models as a table (RFC 4180): a line a price, tiers on lines of their own; `from` is empty for what is in force. */
export function modelsCsv(models: readonly Model[], now: Instant): string {
  const lines = models.flatMap(({ service, prices, upcoming }) => [
    ...prices.flatMap((price) => linesOf(service, price, ['', ''], now)),
    ...upcoming.flatMap(({ from, rateCard, prices: next }) =>
      next.flatMap((price) => linesOf(service, price, [instantText(from), String(rateCard)], now)),
    ),
  ])
  return [COLUMNS, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')
}

function linesOf(
  service: string,
  { rate }: ModelPrice,
  when: readonly [string, string],
  now: Instant,
): readonly (readonly string[])[] {
  const { meter, per, price } = asKnown(rate)
  const { basis, tiers, variant } = rate
  const named = Object.entries(variantPairs(variant) ?? {}).map(([name, value]) => `${name}=${value}`)
  const line = (above: string, euros: string, listPrice: string): readonly string[] => [
    ...[service, meter, named.join(' '), above, per, euros, ...when],
    ...[listPrice, basis?.currency ?? '', basis?.asOf ?? '', isOutdated(basis, now) ? 'yes' : ''],
  ]
  return [
    line('', price, basis?.listPrice ?? ''),
    ...(tiers?.steps ?? []).map((step, place) =>
      line(plain(step.above), plain(step.price), basis?.listTiers?.[place] ?? ''),
    ),
  ]
}

/** A cell that a spreadsheet would take for a formula is text (OWASP, "CSV injection"). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
