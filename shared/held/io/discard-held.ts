import { pack } from '../../ledger/io/page-item.ts'
import { instantText } from '../../time/instant.ts'
import type { Discarding, HeldEventRecord } from './held-record.ts'
import { type HeldTable, putHeld } from './held-table.ts'
import { unshelve } from './unshelve.ts'

/**
 * Takes an event from its shelf because a person decided that it is never charged. It is kept, with who decided so, when and why, on
 * the shelf of the day when it was held.
 *
 * Interrupted and done again it is kept once, with the first decision. An event that is charged at this very moment stays charged.
 */
export async function discardHeld(
  table: HeldTable,
  held: HeldEventRecord,
  { actor, at, reason, reference }: Discarding,
): Promise<void> {
  const { kind, entry, messageId, index, heldAt, path, detail, account, source, id, service, missing, eventTime } = held
  const since = instantText(heldAt)
  const item = {
    shelf: `discarded#${since.slice(0, 10)}`,
    // Two events with one identity and time can't lie in one place, but be discarded from it one after the other.
    entry: [since, kind, entry, ...(held.fingerprint === undefined ? [] : [held.fingerprint])].join('#'),
    kind,
    messageId,
    index,
    heldAt,
    path,
    detail,
    missing,
    reason: held.reason,
    ...Object.fromEntries(
      Object.entries({ account, source, id, service, eventTime, reference }).filter(([, value]) => value !== undefined),
    ),
    discardedBy: actor,
    discardedAt: at,
    discardedFor: reason,
  }
  await putHeld(table, item, pack(held.original), { ConditionExpression: 'attribute_not_exists(shelf)' })
  await unshelve(table, held)
}
