import type { Catalogue } from '../../pricing/cards/catalogue.ts'
import { type MissingPrice, missingKey } from '../../pricing/charge/missing-price.ts'
import { priceUsage } from '../../pricing/charge/price-usage.ts'
import type { Instant } from '../../time/instant.ts'
import { readOneEvent } from '../../usage/read-message.ts'
import type { HeldEventRecord } from '../held-record.ts'
import { type HeldTable, START } from './held-table.ts'

/** The events on a parked shelf, each judged as a whole by the published cards. */
export interface ParkedGroup {
  readonly count: number
  /** There are more than were looked at. */
  readonly isAtLeast: boolean
  /** Event times, ISO. */
  readonly first: string
  readonly last: string
  /** Each part that some event has no price for, once; the first of them where they are many. */
  readonly missing: readonly MissingPrice[]
  /** Every event has a whole price; never said of more than were looked at. */
  readonly hasPrice: boolean
}

/** A bound, since a sender can invent any number of variants. */
const MOST_PARTS = 20
const EVENTS_A_READ = 500
/** With those of the fullest group an answer is there in time. */
const READS_A_GROUP = 10

/**
 * Looks at the events on a shelf, the first thousands of them; `undefined`: it is empty.
 *
 * @param hasTime asked before each further read
 */
export async function readParkedGroup(
  table: HeldTable,
  shelf: string,
  { cards }: Pick<Catalogue, 'cards'>,
  { now, hasTime }: { readonly now: Instant; readonly hasTime: () => boolean },
): Promise<ParkedGroup | undefined> {
  const missing = new Map<string, MissingPrice>()
  let [count, unpriced, first, last] = [0, 0, '', '']
  let after: string | undefined = START
  for (let reads = 0; after !== undefined; reads += 1) {
    if (reads === READS_A_GROUP || (reads > 0 && !hasTime())) break
    const { events, errors, next } = await table.readShelf({ shelf, entry: after }, EVENTS_A_READ)
    for (const event of events) {
      const parts = missingOf(event, cards, now)
      if (parts !== 'none') unpriced += 1
      if (typeof parts === 'object')
        for (const part of parts)
          if (missing.size < MOST_PARTS) missing.set(missingKey(part, event.service ?? ''), part)
      last = event.eventTime ?? last
    }
    first ||= events[0]?.eventTime ?? ''
    count += events.length + errors.length
    unpriced += errors.length
    after = next?.entry
  }
  if (count === 0) return undefined
  const isAtLeast = after !== undefined
  return { count, isAtLeast, first, last, missing: [...missing.values()], hasPrice: !isAtLeast && unpriced === 0 }
}

/** The parts of an event without a price. `never`: no price can make it chargeable. */
function missingOf(
  { original }: HeldEventRecord,
  cards: Catalogue['cards'],
  now: Instant,
): readonly MissingPrice[] | 'none' | 'never' {
  const read = readOneEvent(original, now)
  if (read.kind === 'invalid') return 'never'
  const priced = priceUsage(read.event, cards)
  if (priced.kind === 'unpriced') return priced.missing
  return priced.kind === 'priced' ? 'none' : 'never'
}
