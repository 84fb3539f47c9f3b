import type { FollowedRates, Walk } from '../../shared/held/io/followed-rates.ts'
import { readEvents, START } from '../../shared/held/io/held-listing.ts'
import { parkedShelfOf } from '../../shared/held/io/parked-shelf.ts'
import { redriveHeld } from '../../shared/held/io/redrive-held.ts'
import type { Catalogue } from '../../shared/pricing/cards/catalogue.ts'
import { type Instant, MINUTE_MS } from '../../shared/time/instant.ts'
import type { Ports } from './ports.ts'
import { shelves } from './shelves.ts'
import { addUp, nothingYet, type Total } from './total.ts'

/** What a call came to, and where the next one goes on. */
export interface RedrivenParked extends Total, Pick<FollowedRates, 'redriven' | 'redrivenAt' | 'walk'> {}

/**
 * A function that read the cards just before a version came may park an event just after its shelf was walked past: walks
 * go on until one has begun so long after the publication.
 */
const STALE_MS = 10 * MINUTE_MS

/** Whatever went wrong, all that can be priced is tried again this often. */
const SWEEP_MS = 60 * MINUTE_MS

const EVENTS_A_READ = 200

/** Walks through the shelves where something may have a price by now, as far as there is time. */
export async function redriveParked(
  ports: Ports,
  catalogue: Catalogue,
  followed: FollowedRates,
  began: Instant,
  { remainingMs, hasTime }: { readonly remainingMs: () => number; readonly hasTime: () => boolean },
): Promise<RedrivenParked> {
  const { redriven, redrivenAt } = followed
  let total = nothingYet
  const isDue = redriven < catalogue.latest || began - redrivenAt >= SWEEP_MS
  if (followed.walk === undefined && !isDue) return { ...total, redriven, redrivenAt, walk: undefined }

  let walk: Walk = followed.walk ?? { version: catalogue.latest, beganAt: began, place: undefined, isPartial: false }
  for await (const shelf of shelves(ports.held, walk.place?.shelf)) {
    const { service, meter } = parkedShelfOf(shelf)
    // The meter of a shelf may be one that its events have nothing of: earlier versions parked for want of its price.
    if (!catalogue.cards.some((card) => card.knows(service) || card.mayPrice(service, meter))) continue
    let after: string | undefined = walk.place?.shelf === shelf ? walk.place.entry : START
    while (after !== undefined) {
      walk = { ...walk, place: { shelf, entry: after } }
      if (!hasTime()) return { ...total, redriven, redrivenAt, walk }
      try {
        const { events, next, errors } = await readEvents(ports.held, { shelf, entry: after }, EVENTS_A_READ)
        const redone = await redriveHeld(ports, events, began, remainingMs)
        total = addUp(total, redone, errors)
        walk = { ...walk, isPartial: walk.isPartial || redone.counts['given-back'] + errors.length > 0 }
        after = next?.entry
      } catch (error) {
        // One shelf that can't be read holds up no other.
        total = { ...total, errors: [...total.errors, error] }
        walk = { ...walk, isPartial: true }
        after = undefined
      }
    }
  }
  const isFinal =
    walk.version === catalogue.latest && !walk.isPartial && walk.beganAt >= publishedAt(catalogue) + STALE_MS
  return isFinal
    ? { ...total, redriven: walk.version, redrivenAt: walk.beganAt, walk: undefined }
    : { ...total, redriven, redrivenAt, walk: undefined }
}

/** When the latest version came, be it a card or a withdrawal. */
const publishedAt = ({ cards, withdrawn }: Catalogue): Instant =>
  Math.max(
    0,
    ...cards.map((card) => card.publishedAt),
    ...withdrawn.flatMap(({ card, withdrawal }) => [card.publishedAt, withdrawal.at]),
  )
