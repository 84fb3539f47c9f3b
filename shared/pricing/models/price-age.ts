import { DAY_MS, type Instant, parseInstant } from '../../time/instant.ts'
import type { Basis } from '../rates/basis.ts'

/** Vendors change their prices every few weeks: a list price this old may be another one by now. */
const OLD_MS = 90 * DAY_MS

/**
 * Whether a list price was read so long ago that somebody should look again; one without a day is not judged.
 *
 * Whole days count, by UTC: all through a day the answer is the same.
 */
export function isOutdated(basis: Pick<Basis, 'asOf'> | undefined, now: Instant): boolean {
  const day = basis?.asOf === undefined ? undefined : parseInstant(`${basis.asOf}T00:00:00Z`)
  return day !== undefined && now - (now % DAY_MS) - day > OLD_MS
}
