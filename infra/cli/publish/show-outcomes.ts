import type { ReceiptAnswer } from '../api-answers.ts'
import type { ApiClient } from '../api-client.ts'
import { findCharge } from '../charge-book.ts'
import type { Became } from '../outcome-of-events.ts'
import type { OutgoingEvent } from '../outgoing-event.ts'
import { receiptLines } from '../receipt.ts'
import type { Voice } from '../say.ts'

/** So many receipts are read; more are only summed up in a line each. */
const RECEIPTS = 10

/** Says of each event what became of it: charged with its receipt, or why not. */
export async function showOutcomes(
  api: ApiClient,
  events: readonly OutgoingEvent[],
  became: readonly Became[],
  voice: Voice,
): Promise<void> {
  for (const [place, event] of events.entries()) {
    const one = became[place]
    if (one === undefined) continue
    voice.line(`${place + 1}  ${shownEvent(event)}: ${sentenceOf(one)}`)
    if (one.kind !== 'charged' || events.length > RECEIPTS) continue
    const receipt = await findCharge<ReceiptAnswer>(api, event)
    if (receipt !== undefined) voice.lines(receiptLines(receipt))
  }
}

const SHOWN_CHARACTERS = 80

/** What a publisher wrote may hold anything; a terminal gets it without control characters, and short. */
const shown = (text: string | undefined): string =>
  text === undefined ? '(none)' : text.replaceAll(/\p{C}/gu, '�').slice(0, SHOWN_CHARACTERS)

export const shownEvent = ({ source, id }: OutgoingEvent): string => `${shown(source)} ${shown(id)}`

function sentenceOf(one: Became): string {
  switch (one.kind) {
    case 'charged':
      return `charged ${one.credits} credits`
    case 'replayed':
      return `replayed: it was charged ${one.credits} credits before, nothing is charged again`
    case 'parked':
      return `parked, ${one.reason}: ${one.detail}; it is charged once a price is published`
    case 'quarantined':
      return `quarantined, ${one.reason}: ${shown(one.path)} ${shown(one.detail)}`
    case 'unsettled':
      return 'still in the queue, or in its dead letters'
  }
}
