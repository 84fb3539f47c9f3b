import { type Instant, instantText } from '../time/instant.ts'

/** What the platform's other systems receive: CloudEvents 1.0. */
export interface DomainEvent {
  readonly specversion: '1.0'
  readonly type: `groschen.${string}`
  readonly source: 'groschen'
  /** The same each time the event is published, so that receivers recognise it. */
  readonly id: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: object
}

/** Makes a domain event; `at` becomes its `time`. */
export const domainEvent = <T extends object>(
  type: DomainEvent['type'],
  { id, subject, at, data }: { readonly id: string; readonly subject: string; readonly at: Instant; readonly data: T },
): DomainEvent & { readonly data: T } => ({
  specversion: '1.0',
  type,
  source: 'groschen',
  id,
  subject,
  time: instantText(at),
  datacontenttype: 'application/json',
  data,
})
