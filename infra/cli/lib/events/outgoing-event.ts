/** An event on its way to the queue: its JSON text, to the letter, and what it can be found by. */
export interface OutgoingEvent {
  readonly text: string
  /** As far as they can be read in it. */
  readonly account: string | undefined
  readonly source: string | undefined
  readonly id: string | undefined
  /** A message of its own: what is no JSON would spoil an array. */
  readonly isAlone?: boolean
}

/** An event that the queue has taken. */
export interface Delivery extends OutgoingEvent {
  readonly messageId: string
  /** Place in the message, from 0. */
  readonly index: number
}

/** Source and id, nothing else, tell events apart. */
export const identityText = ({
  source,
  id,
}: {
  readonly source: string | undefined
  readonly id: string | undefined
}) => JSON.stringify([source, id])
