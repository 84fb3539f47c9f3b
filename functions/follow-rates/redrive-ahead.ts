import { readEvents, START } from '../../shared/held/io/held-listing.ts'
import { AHEAD_SHELF } from '../../shared/held/io/held-table.ts'
import { redriveHeld } from '../../shared/held/io/redrive-held.ts'
import { type Instant, instantText } from '../../shared/time/instant.ts'
import type { Ports } from './ports.ts'
import { addUp, nothingYet, type Total } from './total.ts'

export interface RedrivenAhead extends Total {
  /** Where the next call goes on; `undefined`: with the first. */
  readonly aheadAfter: string | undefined
}

const EVENTS_A_READ = 200

/** Charges the events whose time has come, those that are due first before all others, as far as there is time. */
export async function redriveAhead(
  ports: Ports,
  began: Instant,
  aheadAfter: string | undefined,
  { remainingMs, hasTime }: { readonly remainingMs: () => number; readonly hasTime: () => boolean },
): Promise<RedrivenAhead> {
  // An entry begins with when it is due, and goes on: it sorts after the bare time.
  const nextMillisecond = instantText(began + 1)
  let total = nothingYet
  let after: string | undefined = aheadAfter ?? START
  while (after !== undefined) {
    if (!hasTime()) return { ...total, aheadAfter: after }
    const place = { shelf: AHEAD_SHELF, entry: after }
    const { events, next, errors } = await readEvents(ports.held, place, EVENTS_A_READ)
    const due = events.filter(({ entry }) => entry < nextMillisecond)
    total = addUp(total, await redriveHeld(ports, due, began, remainingMs), errors)
    after = next !== undefined && next.entry < nextMillisecond ? next.entry : undefined
  }
  return { ...total, aheadAfter: undefined }
}
