import { type Instant, instantText } from '../../../../shared/time/instant.ts'
import type { Category } from '../../../../shared/usage/meters.ts'
import { USAGE_EVENT_TYPE } from '../../../../shared/usage/usage-event.ts'
import type { OutgoingEvent } from './outgoing-event.ts'

export interface EventFields {
  readonly account: string
  readonly source: string
  readonly id: string
  readonly time: Instant
  readonly user: string
  readonly group?: string
  readonly category: Category
  readonly service: string
  /** Unchecked on purpose: what is wrong here is for the edge to refuse. */
  readonly quantities: Readonly<Record<string, number | string>>
}

/** A usage event as CloudEvents 1.0 JSON. */
export function usageEvent(fields: EventFields): OutgoingEvent {
  const { account, source, id, time, user, group, category, service, quantities } = fields
  const text = JSON.stringify({
    specversion: '1.0',
    type: USAGE_EVENT_TYPE,
    datacontenttype: 'application/json',
    id,
    source,
    subject: account,
    time: instantText(time),
    data: { user, ...(group !== undefined && { group }), category, service, quantities },
  })
  return { text, account, source, id }
}
