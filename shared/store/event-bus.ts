import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { type Fault, GroschenError } from '../errors/groschen-error.ts'
import type { DomainEvent } from '../events/domain-event.ts'

/** The event bus of the stage. */
export interface EventBus {
  readonly client: EventBridgeClient
  readonly name: string
}

/** The bus refused events. Nothing is marked as told: they go out again, under the same ids. */
export class EventsNotPublished extends GroschenError {
  readonly code = 'events.not-published'
  readonly fault: Fault = 'retry'
  constructor(refused: readonly string[]) {
    super(
      `the event bus refused ${refused.length} events (${refused.slice(0, 3).join('; ')}); they are published again`,
    )
  }
}

/** AWS: PutEvents takes at most ten entries. */
const ENTRIES_PER_CALL = 10

/**
 * Publishes domain events, in order. Told twice they have the same id; receivers know them by it.
 *
 * @throws EventsNotPublished when one was refused: PutEvents answers 200 also then
 */
export async function publishEvents(bus: EventBus, events: readonly DomainEvent[]): Promise<void> {
  for (let next = 0; next < events.length; next += ENTRIES_PER_CALL) {
    const { Entries = [], FailedEntryCount = 0 } = await bus.client.send(
      new PutEventsCommand({
        Entries: events.slice(next, next + ENTRIES_PER_CALL).map((event) => ({
          EventBusName: bus.name,
          Source: event.source,
          DetailType: event.type,
          Detail: JSON.stringify(event),
          Time: new Date(event.time),
        })),
      }),
    )
    const refused = Entries.flatMap(({ ErrorCode, ErrorMessage }) =>
      ErrorCode === undefined ? [] : [`${ErrorCode}: ${ErrorMessage ?? ''}`],
    )
    if (FailedEntryCount > 0 || refused.length > 0) throw new EventsNotPublished(refused)
  }
}
