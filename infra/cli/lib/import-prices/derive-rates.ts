import type { Meter } from '../../../../shared/usage/meters.ts'
import type { ListedRate } from './listed-prices.ts'

/** A pool that a list does not name is charged like the one it is a part of. */
const PARTS: readonly (readonly [meter: Meter, of: Meter])[] = [
  ['reasoning_tokens', 'output_tokens'],
  ['cached_input_tokens', 'input_tokens'],
  ['cache_write_5m_tokens', 'input_tokens'],
  ['cache_write_1h_tokens', 'cache_write_5m_tokens'],
]

/**
 * Adds rates for pools that a list leaves out because it counts them in others; our pools exclude each other, so without
 * a rate their events would be parked.
 *
 * Not for hours of Claude's cache where a list has one price of writing alone: the vendor takes more for an hour, and too
 * little would be charged. Not for audio: no vendor sells it at the price of text.
 *
 * @param unreadable meters that the list has a price for, which could not be taken: another one would be wrong
 */
export function deriveRates(
  service: string,
  listed: readonly ListedRate[],
  unreadable: ReadonlySet<Meter>,
): readonly ListedRate[] {
  const rates = [...listed]
  const find = (meter: Meter) => rates.find((rate) => rate.meter === meter && rate.variant === undefined)
  for (const [meter, of] of PARTS) {
    const whole = find(of)
    const isUnsafe = meter === 'cache_write_1h_tokens' && /claude/i.test(service)
    if (whole !== undefined && find(meter) === undefined && !isUnsafe && !unreadable.has(meter))
      rates.push({ ...whole, meter, derivedFrom: of })
  }
  return rates
}
