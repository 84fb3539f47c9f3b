import { addCounts, noFates } from '../../shared/held/fate.ts'
import { AHEAD_SHELF, parkedShelfOf } from '../../shared/held/held-event.ts'
import type { FollowedRates, Walk } from '../../shared/held/io/followed-rates.ts'
import { START } from '../../shared/held/io/held-table.ts'
import { type Redriven, type RedrivePorts, redriveHeld } from '../../shared/held/io/redrive-held.ts'
import type { Catalogue } from '../../shared/pricing/cards/catalogue.ts'
import { type Instant, instantText, MINUTE_MS } from '../../shared/time/instant.ts'

interface Time {
  readonly remainingMs: () => number
  /** Whether another read may begin. */
  readonly hasTime: () => boolean
}

const nothingRedriven: Redriven = { counts: noFates, errors: [] }

/** @param unreadable why events beside them could not be read */
export const addUp = (one: Redriven, other: Redriven, unreadable: readonly unknown[] = []): Redriven => ({
  counts: addCounts(one.counts, other.counts),
  errors: [...one.errors, ...other.errors, ...unreadable],
})

const EVENTS_A_READ = 200

interface RedrivenDue extends Redriven {
  /** The place where the next call goes on; `undefined`: the first. */
  readonly aheadAfter: string | undefined
}

/** Charges early events whose time has come, in the order of their times, until time runs out. */
export async function redriveDue(
  ports: RedrivePorts,
  began: Instant,
  aheadAfter: string | undefined,
  { remainingMs, hasTime }: Time,
): Promise<RedrivenDue> {
  // An entry begins with when it is due, and goes on: it sorts after the bare time.
  const nextMillisecond = instantText(began + 1)
  let total = nothingRedriven
  let after: string | undefined = aheadAfter ?? START
  while (after !== undefined) {
    if (!hasTime()) return { ...total, aheadAfter: after }
    const { events, next, errors } = await ports.held.readShelf({ shelf: AHEAD_SHELF, entry: after }, EVENTS_A_READ)
    const due = events.filter(({ entry }) => entry < nextMillisecond)
    total = addUp(total, await redriveHeld(ports, due, began, remainingMs), errors)
    after = next !== undefined && next.entry < nextMillisecond ? next.entry : undefined
  }
  return { ...total, aheadAfter: undefined }
}

/** The result of a call, and the place where the next one goes on. */
interface WalkedShelves extends Redriven, Pick<FollowedRates, 'redriven' | 'redrivenAt' | 'walk'> {}

/**
 * A function that read the cards just before a version came may park an event just after its shelf was walked past: walks
 * go on until one has begun so long after the publication.
 */
const STALE_MS = 10 * MINUTE_MS

/** Whatever went wrong, all that can be priced is tried again this often. */
const SWEEP_MS = 60 * MINUTE_MS

/** Walks through the shelves with events that may have a price now, until time runs out. */
export async function walkParkedShelves(
  ports: RedrivePorts,
  catalogue: Catalogue,
  followed: FollowedRates,
  began: Instant,
  { remainingMs, hasTime }: Time,
): Promise<WalkedShelves> {
  const { redriven, redrivenAt } = followed
  let total = nothingRedriven
  const isDue = redriven < catalogue.latest || began - redrivenAt >= SWEEP_MS
  if (followed.walk === undefined && !isDue) return { ...total, redriven, redrivenAt, walk: undefined }

  let walk: Walk = followed.walk ?? { version: catalogue.latest, beganAt: began, place: undefined, isPartial: false }
  for await (const shelf of ports.held.parkedShelves(walk.place?.shelf)) {
    const { service, meter } = parkedShelfOf(shelf)
    // The shelf's meter may be 0 in its events: earlier versions parked those too, without its price.
    if (!catalogue.cards.some((card) => card.knows(service) || card.mayPrice(service, meter))) continue
    let after: string | undefined = walk.place?.shelf === shelf ? walk.place.entry : START
    while (after !== undefined) {
      walk = { ...walk, place: { shelf, entry: after } }
      if (!hasTime()) return { ...total, redriven, redrivenAt, walk }
      try {
        const { events, next, errors } = await ports.held.readShelf({ shelf, entry: after }, EVENTS_A_READ)
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
