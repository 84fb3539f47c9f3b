import type { HeldTable } from '../../shared/held/io/held-table.ts'
import { holdEvent } from '../../shared/held/io/hold-event.ts'
import type { Fate } from '../../shared/held/io/judge-usage.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { originalsOf } from '../../shared/usage/read-message.ts'
import type { Delivered, Message } from './read-batch.ts'

/** A delivered event and what becomes of it. */
export interface Fated extends Delivered {
  readonly fate: Fate
}

const SHELVED_AT_ONCE = 20

/** Puts what is not charged on its shelf; what can't be put there now goes back to the queue, so that nothing is lost. */
export async function holdEvents(
  { held }: { readonly held: HeldTable },
  fated: readonly Fated[],
  now: Instant,
): Promise<readonly Fated[]> {
  const settled: Fated[] = []
  const waiting = [...fated]
  // A message's parts are looked for once, however many of its events are held.
  const originals = new Map<Message, ReturnType<typeof originalsOf>>()
  const originalOf = ({ message, read }: Fated): string => {
    const known = originals.get(message) ?? originalsOf(message.body)
    originals.set(message, known)
    return known(read)
  }
  const holdNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const fate = await hold(held, next, originalOf(next), now).catch(
        (cause: unknown) => ({ kind: 'given-back', cause }) as const,
      )
      settled.push({ ...next, fate })
    }
  }
  await Promise.all(Array.from({ length: SHELVED_AT_ONCE }, holdNext))
  return settled
}

async function hold(table: HeldTable, { fate, message, read }: Fated, original: string, now: Instant): Promise<Fate> {
  const origin = { messageId: message.id, index: read.index, original, heldAt: now, sentAt: message.sentAt }
  return (await holdEvent(table, fate, origin)).fate
}
