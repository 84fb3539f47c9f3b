import {
  type EventBridgeClient,
  EventBridgeServiceException,
  PutEventsCommand,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge'
import { type Fault, GroschenError } from '../../errors/groschen-error.ts'
import { utf8Length } from '../../text/utf8.ts'
import type { DomainEvent } from '../domain-event.ts'

/** The event bus of the stage. */
export interface EventBus {
  readonly client: EventBridgeClient
  readonly name: string
}

/** An event that the bus will never take, with the reason. */
export interface SetAside {
  readonly event: DomainEvent
  readonly reason: string
}

/** The bus refused events for now. They are published again, under the same ids. */
class EventsNotPublished extends GroschenError {
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

/** AWS: 1 MiB in a call, and in the queue's message that an entry becomes. The rest is for the envelope. */
const CALL_BYTES = 1_000_000

/** The bus's codes for an entry that it will never take. Any other code may pass at the next try. */
const WRONG: ReadonlySet<string> = new Set(['MalformedDetail', 'InvalidArgument', 'ValidationException'])

/**
 * Publishes domain events, in order. An event that is published twice has the same id both times.
 *
 * @returns the events that the bus will never take; all others went out. The caller sets them aside and goes on
 * @throws EventsNotPublished when the bus refused an event for now (PutEvents answers 200 then too)
 */
export async function publishEvents(bus: EventBus, events: readonly DomainEvent[]): Promise<readonly SetAside[]> {
  const aside: SetAside[] = []
  for (const call of callsOf(events, aside)) aside.push(...(await publishOnce(bus, call)))
  return aside
}

/** As many at once as a call takes. */
function callsOf(events: readonly DomainEvent[], aside: SetAside[]): readonly (readonly DomainEvent[])[] {
  const calls: DomainEvent[][] = []
  let room = 0
  for (const event of events) {
    const bytes = utf8Length(JSON.stringify(event))
    if (bytes > CALL_BYTES) {
      aside.push({ event, reason: `it has ${bytes} bytes; the bus takes ${CALL_BYTES}` })
      continue
    }
    const call = calls.at(-1)
    if (call === undefined || call.length === ENTRIES_PER_CALL || bytes > room) {
      calls.push([event])
      room = CALL_BYTES - bytes
    } else {
      call.push(event)
      room -= bytes
    }
  }
  return calls
}

/** @throws EventsNotPublished, and what the SDK throws */
async function publishOnce(bus: EventBus, events: readonly DomainEvent[]): Promise<readonly SetAside[]> {
  const results = await put(bus, events)
  if (results === 'wrong') return (await Promise.all(events.map((event) => publishOnce(bus, [event])))).flat()
  const refused = events.flatMap((event, place) => {
    const { ErrorCode: code, ErrorMessage: message = '' } = results[place] ?? {}
    return code === undefined ? [] : [{ event, code, reason: `${code}: ${message}` }]
  })
  const later = refused.filter(({ code }) => !WRONG.has(code))
  if (later.length > 0) throw new EventsNotPublished(later.map(({ reason }) => reason))
  return refused.map(({ event, reason }) => ({ event, reason }))
}

/** @returns `wrong`: the call was refused whole for one of several events */
async function put(
  { client, name }: EventBus,
  events: readonly DomainEvent[],
): Promise<readonly PutEventsResultEntry[] | 'wrong'> {
  try {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: events.map((event) => ({
          EventBusName: name,
          Source: event.source,
          DetailType: event.type,
          Detail: JSON.stringify(event),
          Time: new Date(event.time),
        })),
      }),
    )
    return Entries
  } catch (error) {
    if (!(error instanceof EventBridgeServiceException) || !WRONG.has(error.name)) throw error
    return events.length > 1 ? 'wrong' : [{ ErrorCode: error.name, ErrorMessage: error.message }]
  }
}
