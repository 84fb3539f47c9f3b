import { idSchema } from './text.ts'

/** What an event calls itself, as far as that could be read: also of one that is not valid. */
export interface EventNames {
  readonly account?: string
  readonly source?: string
  readonly id?: string
  readonly service?: string
}

/** The names in whatever stands where an event should. Each is bounded, and has no control character: it may go into keys and logs. */
export function eventNames(value: unknown): EventNames {
  const { subject, source, id, data } = fieldsOf(value)
  const { service } = fieldsOf(data)
  return {
    ...(isName(subject) && { account: subject }),
    ...(isName(source) && { source }),
    ...(isName(id) && { id }),
    ...(isName(service) && { service }),
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

const isName = (value: unknown): value is string => idSchema.safeParse(value).success
