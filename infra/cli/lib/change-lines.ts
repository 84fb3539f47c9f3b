import { rounded } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { NeutralChange, PriceChange } from '../../../shared/pricing/cards/price-changes.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { Skipped } from '../../../shared/pricing/price-lists/price-list.ts'
import type { PriceNeutralVariant } from '../../../shared/pricing/rates/price-neutral-variant.ts'
import { isSamePrice, type Rate } from '../../../shared/pricing/rates/rate.ts'
import { noVariant, variantText } from '../../../shared/usage/variant.ts'

const SHOWN = 20

/** What the draft changes: new prices counted by vendor, changed and dropped ones one by one. */
export function changeLines(
  changes: readonly PriceChange[],
  neutral: NeutralChange | undefined,
  inForce: RateCard | undefined,
): readonly string[] {
  const fresh = changes.filter(({ before }) => before === undefined)
  const changed = changes.filter(({ before, after }) => before !== undefined && after !== undefined)
  const gone = changes.filter(({ after }) => after === undefined)
  const repriced = changed.filter(({ before, after }) => before && after && !isSamePrice(before, after))
  const parking = changed.length - repriced.length
  const against = inForce === undefined ? 'no card is in force' : `against version ${inForce.version}`
  return [
    `${against}: ${fresh.length} new, ${changed.length} changed, ${gone.length} gone`,
    ...countedLines(
      'new',
      fresh.map(({ service }) => service.slice(0, service.indexOf('/'))),
    ),
    ...shortened(repriced.map(changedLine)),
    ...(parking === 0
      ? []
      : [`${parking} cost the same, but say otherwise what becomes of variants that are not listed`]),
    ...(neutral === undefined
      ? []
      : [`changed: price-neutral variants, ${neutralText(neutral.before)} → ${neutralText(neutral.after)}`]),
    ...shortened(gone.map((change) => `gone: ${nameOf(change)}, ${priceText(change.before)}`)),
  ]
}

/** What was left out, counted by reason, with an example each. */
export function skippedLines(skipped: readonly Skipped[]): readonly string[] {
  const byReason = Map.groupBy(skipped, ({ reason, price }) =>
    price?.includes(' ') ? 'one unit would cost a number without end' : reason,
  )
  return [...byReason].map(([reason, some]) => {
    const [example] = some
    const price = example?.price === undefined ? '' : ` ${example.price}`
    return `left out, ${reason}: ${some.length}, e.g. ${example?.service}${price}`
  })
}

function countedLines(what: string, names: readonly string[]): readonly string[] {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, some]) => `${name || '*'} ${some.length}`)
  return counts.length === 0 ? [] : [`${what}: ${counts.join(', ')}`]
}

function changedLine(change: PriceChange): string {
  const percent =
    change.percent === undefined ? '' : ` (${change.percent.gt(0) ? '+' : ''}${rounded(change.percent, 2)} %)`
  return `changed: ${nameOf(change)}, ${priceText(change.before)} → ${priceText(change.after)}${percent}`
}

function nameOf({ service, variant, meter }: PriceChange): string {
  return [service, ...(variant === noVariant ? [] : [variantText(variant)]), meter].join(' ')
}

const neutralText = (neutral: readonly PriceNeutralVariant[]): string =>
  neutral
    .map(
      ({ name, value, meters }) =>
        `${name}${value === undefined ? '' : `=${value}`}${meters ? ` for ${meters.join(', ')}` : ''}`,
    )
    .join('; ') || 'none'

const priceText = (rate: Rate | undefined): string =>
  rate === undefined
    ? 'none'
    : `${plain(rate.price)} € for ${plain(rate.per)}${rate.tiers === undefined ? '' : ', in tiers'}`

const shortened = (lines: readonly string[]): readonly string[] =>
  lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`]
