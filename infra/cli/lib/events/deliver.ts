import type { ApiClient } from '../api/api-client.ts'
import type { ChargeBook } from '../api/charge-book.ts'
import { noHeldLists, readHeldLists } from '../api/held-lists.ts'
import { type Became, outcomesOf } from './outcome-of-events.ts'
import type { OutgoingEvent } from './outgoing-event.ts'
import { type QueueAccess, sendEvents } from './queue-sender.ts'
import { type Settled, untilSettled } from './until-settled.ts'

export interface Delivered {
  /** In the order of the events. */
  readonly became: readonly Became[]
  readonly settled: Settled
}

/** Held events are listed whole, so not at every poll. */
const HELD_LISTED_EVERY_MS = 2000

/** Sends events through the queue, waits until each is settled, and says what became of it. */
export async function deliver(
  { api, queue }: { readonly api: ApiClient; readonly queue: QueueAccess },
  book: ChargeBook,
  events: readonly OutgoingEvent[],
  onSettled: (count: number) => void = () => undefined,
): Promise<Delivered> {
  await book.readOn()
  const before = new Set(book.charges.keys())
  const deliveries = await sendEvents(queue, events)

  let held = noHeldLists
  let listedAt = Date.now()
  let became: readonly Became[] = []
  const settled = await untilSettled(queue, async (isEmpty) => {
    await book.readOn()
    if (isEmpty || Date.now() - listedAt > HELD_LISTED_EVERY_MS) {
      held = await readHeldLists(api)
      listedAt = Date.now()
    }
    became = outcomesOf(deliveries, { before, charges: book.charges, held })
    const missing = became.filter(({ kind }) => kind === 'unsettled').length
    onSettled(became.length - missing)
    return missing
  })
  return { became, settled }
}
