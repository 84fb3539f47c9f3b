import { sha256Hex } from '../../../../shared/digest/sha256.ts'
import { type Instant, instantText } from '../../../../shared/time/instant.ts'
import { accountBoundId } from '../../../../shared/usage/account-bound-id.ts'
import type { Category } from '../../../../shared/usage/meters.ts'
import { USAGE_EVENT_TYPE } from '../../../../shared/usage/usage-event.ts'

/** An event on its way to the queue: its JSON text, to the letter, and what it can be found by. */
export interface OutgoingEvent {
  readonly text: string
  /** As far as they can be read in it. */
  readonly account: string | undefined
  readonly source: string | undefined
  readonly id: string | undefined
  /** A message of its own: a text that is no JSON would spoil an array. */
  readonly isAlone?: boolean
}

/** An event that the queue has taken. */
export interface Delivery extends OutgoingEvent {
  readonly messageId: string
  /** Place in the message, from 0. */
  readonly index: number
}

/** Source and id tell events apart. */
export const identityText = ({ source, id }: Readonly<Record<'source' | 'id', string | undefined>>) =>
  JSON.stringify([source, id])

export interface EventFields {
  readonly account: string
  readonly source: string
  readonly id: string
  readonly time: Instant
  readonly user: string
  readonly group?: string
  readonly category: Category
  readonly service: string
  /** Unchecked on purpose: the consumer refuses wrong ones. */
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
    data: { user, group, category, service, quantities },
  })
  return { text, account, source, id }
}

/** A usage event whose id follows from its name, so that it is the same event whenever it is published. */
export function namedEvent(name: string, fields: Omit<EventFields, 'id'>): OutgoingEvent {
  const bits = BigInt(`0x${sha256Hex(name).slice(0, 13)}`)
  return usageEvent({ ...fields, id: accountBoundId(fields.source, fields.account, fields.time, bits) })
}
