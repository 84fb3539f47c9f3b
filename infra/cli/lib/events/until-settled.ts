import { setTimeout as wait } from 'node:timers/promises'
import { type QueueAccess, queueDepth } from './queue-sender.ts'

const POLL_MS = 250

/** Polls of an empty queue before what is missing counts as missing: a message is deleted after its events are settled. */
const EMPTY_POLLS = 2
const MISSING_POLLS = 20

/**
 * When everything is accounted for and nothing waits, but messages stay in flight this long without a change, they are
 * somebody else's: those that a killed runner was working on come back only after their visibility timeout.
 */
const OTHERS_IN_FLIGHT_MS = 8_000

/** Without any progress for this long nobody works on the queue, or it can't. */
const STALLED_MS = 120_000

/** `stalled`: events are still in the queue; `lost`: the queue is empty, so they are in its dead letters, or gone. */
export type Settled = 'settled' | 'stalled' | 'missing'

/**
 * Waits until the queue is drained and every event is accounted for.
 *
 * @param look counts the events that are not accounted for; `isEmpty`: the queue is, so look everywhere
 */
export async function untilSettled(
  queue: QueueAccess,
  look: (isEmpty: boolean) => Promise<number>,
  now: () => number = Date.now,
): Promise<Settled> {
  let emptyPolls = 0
  let last = { state: '', since: now() }
  for (;;) {
    const { visible, inFlight } = await queueDepth(queue)
    const isEmpty = visible + inFlight === 0
    emptyPolls = isEmpty ? emptyPolls + 1 : 0
    const missing = await look(isEmpty)

    const state = `${visible} ${inFlight} ${missing}`
    if (state !== last.state) last = { state, since: now() }
    const quietMs = now() - last.since

    if (emptyPolls >= EMPTY_POLLS && missing === 0) return 'settled'
    if (emptyPolls >= MISSING_POLLS) return 'missing'
    if (missing === 0 && visible === 0 && quietMs >= OTHERS_IN_FLIGHT_MS) return 'settled'
    if (quietMs >= STALLED_MS) return 'stalled'
    await wait(POLL_MS)
  }
}
