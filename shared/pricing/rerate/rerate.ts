import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import type { Corrections } from '../../ledger/entries/corrections.ts'
import { type Credits, minus } from '../../money/amounts.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { priceByCard } from '../charge/price-usage.ts'

/** The result of re-rating a charge by a version of the rate card. Amounts: its cost, in credits. */
export type Rerated =
  /** `credits`: the change of the balance, cost before minus after; `nth`: the number of the correction. */
  | {
      readonly kind: 'corrected'
      readonly before: Credits
      readonly after: Credits
      readonly credits: Credits
      readonly nth: number
    }
  | { readonly kind: 'unchanged'; readonly before: Credits }
  /** Left alone: a person gave some of it back already, and has to decide how much it was worth. */
  | { readonly kind: 'refunded'; readonly before: Credits }
  /** Left alone: the version has no price for it. Never free. */
  | { readonly kind: 'unpriced'; readonly before: Credits }

/**
 * Re-rates one charge: compares its cost so far, with all earlier re-ratings, with its cost by a version, to the last digit.
 *
 * Run again after the correction was written, it returns `unchanged`.
 */
export function rerate(account: string, charge: ChargeEntry, corrections: Corrections, card: RateCard): Rerated {
  const before = minus(charge.credits, corrections.givenBack)
  if (corrections.isRefunded) return { kind: 'refunded', before }
  const priced = priceByCard({ ...charge, account }, card)
  if (priced.kind !== 'priced') return { kind: 'unpriced', before }
  const { total: after } = priced
  if (after.eq(before)) return { kind: 'unchanged', before }
  return { kind: 'corrected', before, after, credits: minus(before, after), nth: corrections.reratings + 1 }
}
