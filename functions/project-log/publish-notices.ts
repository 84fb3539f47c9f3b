import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { type LowBalance, lowBalanceEvent } from '../../shared/folds/low-balance.ts'
import { NoticesNotPublished } from './errors.ts'
import type { EventBus } from './ports.ts'

/** AWS: PutEvents takes at most ten entries. */
const ENTRIES_PER_CALL = 10

/**
 * Publishes notices as domain events, in order. Told twice they have the same id; receivers know them by it.
 *
 * @throws NoticesNotPublished when one was refused: PutEvents answers 200 also then
 */
export async function publishNotices(bus: EventBus, notices: readonly LowBalance[]): Promise<void> {
  for (let next = 0; next < notices.length; next += ENTRIES_PER_CALL) {
    const { Entries = [], FailedEntryCount = 0 } = await bus.client.send(
      new PutEventsCommand({
        Entries: notices.slice(next, next + ENTRIES_PER_CALL).map((notice) => entryOf(bus, notice)),
      }),
    )
    const refused = Entries.flatMap(({ ErrorCode, ErrorMessage }) =>
      ErrorCode === undefined ? [] : [`${ErrorCode}: ${ErrorMessage ?? ''}`],
    )
    if (FailedEntryCount > 0 || refused.length > 0) throw new NoticesNotPublished(refused)
  }
}

function entryOf(bus: EventBus, notice: LowBalance) {
  const event = lowBalanceEvent(notice)
  return {
    EventBusName: bus.name,
    Source: event.source,
    DetailType: event.type,
    Detail: JSON.stringify(event),
    Time: new Date(notice.at),
  }
}
