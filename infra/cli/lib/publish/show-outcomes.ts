import type { ReceiptAnswer } from '../api/api-answers.ts'
import type { ApiClient } from '../api/api-client.ts'
import { findCharge } from '../api/charge-book.ts'
import { fateLines } from '../events/fate-table.ts'
import type { Became } from '../events/outcome-of-events.ts'
import type { OutgoingEvent } from '../events/outgoing-event.ts'
import { PARKED_NOTE } from '../events/parked-note.ts'
import { receiptLines } from '../log/receipt.ts'
import type { Voice } from '../say.ts'

/** So many receipts are read; of more events each is only named. */
const RECEIPTS = 10

/** More events are summed up; only those that were not charged are named, as many as these. */
export const NAMED = 50

/** Says what became of the events: each charged with its receipt, or why not; of many, how many of each. */
export async function showOutcomes(
  api: ApiClient,
  events: readonly OutgoingEvent[],
  became: readonly Became[],
  voice: Voice,
): Promise<void> {
  const outcomes = events.flatMap((event, place) => {
    const one = became[place]
    return one === undefined ? [] : [{ event, place, one }]
  })
  if (events.length > NAMED) voice.lines(fateLines(became, voice.width))
  const named = events.length > NAMED ? outcomes.filter(({ one }) => isOpen(one)) : outcomes
  for (const { event, place, one } of named.slice(0, NAMED)) {
    voice.paragraph(`${place + 1}  ${shownEvent(event)}: ${sentenceOf(one)}`)
    if (one.kind !== 'charged' || events.length > RECEIPTS) continue
    const receipt = await findCharge<ReceiptAnswer>(api, event)
    if (receipt !== undefined) voice.lines(receiptLines(receipt))
  }
  if (named.length > NAMED) voice.paragraph(`and ${named.length - NAMED} more that were not charged`)
  if (became.some(({ kind }) => kind === 'parked')) voice.paragraph(PARKED_NOTE)
}

const isOpen = ({ kind }: Became): boolean => kind !== 'charged' && kind !== 'replayed'

const SHOWN_CHARACTERS = 80

/** What a publisher wrote may hold anything; a terminal gets it without control characters. */
const shown = (text: string | undefined): string => (text === undefined ? '(none)' : text.replaceAll(/\p{C}/gu, '�'))

export const shownEvent = ({ source, id }: OutgoingEvent): string =>
  [source, id].map((text) => shown(text).slice(0, SHOWN_CHARACTERS)).join(' ')

function sentenceOf(one: Became): string {
  switch (one.kind) {
    case 'charged':
      return `charged ${one.credits} credits`
    case 'replayed':
      return `replayed: it was charged ${one.credits} credits before, nothing is charged again`
    case 'parked':
      return `parked, ${one.reason}: ${one.detail}`
    case 'ahead':
      return `waits: its time is ahead of now; it is charged by itself from ${one.until} on`
    case 'quarantined':
      return `quarantined, ${one.reason}: ${shown(one.path)} ${shown(one.detail)}`
    case 'unsettled':
      return 'still in the queue, or in its dead letters'
  }
}
