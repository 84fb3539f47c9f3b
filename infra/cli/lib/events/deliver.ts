import { setTimeout as wait } from 'node:timers/promises'
import { Presets, SingleBar } from 'cli-progress'
import type { ChargeBook } from '../api/account-book.ts'
import type { StackAccess } from '../place.ts'
import { type Became, noHeldEvents, outcomesOf, readHeldEvents } from './outcome-of-events.ts'
import type { OutgoingEvent } from './outgoing-event.ts'
import { type QueueAccess, queueDepth, sendEvents } from './queue-sender.ts'

export interface Delivered {
  /** In the order of the events. */
  readonly became: readonly Became[]
  readonly settled: Settled
}

/** Held events are listed whole, so not at every poll. */
const HELD_LISTED_EVERY_MS = 2000

/** More events than these have a bar on standard error, where that is a terminal. */
const MANY = 50

/** Sends events through the queue, waits until each is settled, and says what became of it. */
export async function deliver(
  { api, queue }: StackAccess,
  book: ChargeBook,
  events: readonly OutgoingEvent[],
): Promise<Delivered> {
  await book.readOn()
  const before = new Set(book.charges.keys())
  const deliveries = await sendEvents(queue, events)

  const bar = barOf(events.length)
  let held = noHeldEvents
  let listedAt = Date.now()
  let became: readonly Became[] = []
  const look = async (isEmpty: boolean): Promise<number> => {
    await book.readOn()
    if (isEmpty || Date.now() - listedAt > HELD_LISTED_EVERY_MS) {
      held = await readHeldEvents(api)
      listedAt = Date.now()
    }
    became = outcomesOf(deliveries, { before, charges: book.charges, held })
    const missing = became.filter(({ kind }) => kind === 'unsettled').length
    bar?.update(became.length - missing)
    return missing
  }
  const settled = await untilSettled(queue, look).finally(() => bar?.stop())
  return { became, settled }
}

function barOf(count: number): SingleBar | undefined {
  if (count <= MANY || !process.stderr.isTTY) return undefined
  const format = '  settled {bar} {percentage} %  {value}/{total}  {duration_formatted}'
  const bar = new SingleBar({ format, hideCursor: true, barsize: 30, gracefulExit: true }, Presets.shades_classic)
  bar.start(count, 0)
  return bar
}

const POLL_MS = 250

/** Polls of an empty queue before what is missing counts as missing: a message is deleted after its events are settled. */
const EMPTY_POLLS = 2
const MISSING_POLLS = 20

/**
 * When everything is accounted for and nothing waits, but messages stay in flight this long without a change, they are others':
 * those that a killed runner was working on come back only after their visibility timeout.
 */
const OTHERS_IN_FLIGHT_MS = 8_000

/** Without any progress for this long the consumer doesn't run, or it can't work. */
const STALLED_MS = 120_000

/** `stalled`: events are still in the queue; `missing`: the queue is empty, so they are in its dead letters, or gone. */
type Settled = 'settled' | 'stalled' | 'missing'

/**
 * Waits until the queue is drained and every event is accounted for.
 *
 * @param look counts the events that are not accounted for; `isEmpty`: the queue is, so look everywhere
 */
async function untilSettled(queue: QueueAccess, look: (isEmpty: boolean) => Promise<number>): Promise<Settled> {
  let emptyPolls = 0
  let last = { state: '', since: Date.now() }
  for (;;) {
    const { visible, inFlight } = await queueDepth(queue)
    const isEmpty = visible + inFlight === 0
    emptyPolls = isEmpty ? emptyPolls + 1 : 0
    const missing = await look(isEmpty)

    const state = `${visible} ${inFlight} ${missing}`
    if (state !== last.state) last = { state, since: Date.now() }
    const quietMs = Date.now() - last.since

    if (emptyPolls >= EMPTY_POLLS && missing === 0) return 'settled'
    if (emptyPolls >= MISSING_POLLS) return 'missing'
    if (missing === 0 && visible === 0 && quietMs >= OTHERS_IN_FLIGHT_MS) return 'settled'
    if (quietMs >= STALLED_MS) return 'stalled'
    await wait(POLL_MS)
  }
}
