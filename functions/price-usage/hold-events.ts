import { identityKey, usageIdentity } from '../../shared/account-log/identity.ts'
import { type HeldTable, shelve } from '../../shared/store/held-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { arrayElements } from '../../shared/usage/array-elements.ts'
import type { Fate, Fated } from './fate.ts'

const SHELVED_AT_ONCE = 20

/** Puts what is parked or quarantined on its shelf; what can't be put there now goes back to the queue, so that nothing is lost. */
export async function holdEvents(
  { held }: { readonly held: HeldTable },
  fated: readonly Fated[],
  now: Instant,
): Promise<readonly Fated[]> {
  const settled: Fated[] = []
  const waiting = [...fated]
  const holdNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      settled.push({
        ...next,
        fate: await hold(held, next, now).catch((cause: unknown) => ({ kind: 'given-back', cause }) as const),
      })
    }
  }
  await Promise.all(Array.from({ length: SHELVED_AT_ONCE }, holdNext))
  return settled
}

async function hold(table: HeldTable, one: Fated, now: Instant): Promise<Fate> {
  const { fate, message, read } = one
  const common = { messageId: message.id, index: read.index, original: originalOf(one), heldAt: now }
  if (fate.kind === 'parked') {
    const identity = identityKey(usageIdentity(fate.event))
    const shelved = await shelve(table, {
      kind: 'parked',
      ...common,
      event: fate.event,
      missing: fate.missing,
      identity,
    })
    return shelved === 'shelved' ? fate : await hold(table, { ...one, fate: ANOTHER_IS_PARKED }, now)
  }
  if (fate.kind === 'quarantined') {
    const { reason, path, detail } = fate
    const event = read.kind === 'invalid' ? undefined : read.event
    await shelve(table, { kind: 'quarantined', ...common, reason, path, detail, sentAt: message.sentAt, event })
  }
  return fate
}

const ANOTHER_IS_PARKED: Fate = {
  kind: 'quarantined',
  reason: 'event.conflict',
  path: '/id',
  detail: 'another event with this source, id and time is parked; it differs in what was used',
}

/** To the letter: of a message that is an array, the event's own part. */
function originalOf({ message, read }: Fated): string {
  const isPart = read.kind !== 'invalid' || !read.reason.startsWith('message.')
  if (!isPart || !message.body.trimStart().startsWith('[')) return message.body
  return arrayElements(message.body)[read.index] ?? message.body
}
