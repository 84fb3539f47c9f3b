import { credits } from '../../../../shared/money/amounts.ts'
import { findCharge } from '../api/account-book.ts'
import type { ReceiptAnswer } from '../api/api-answers.ts'
import type { ApiClient } from '../api/api-client.ts'
import { fateTable, PARKED_NOTE } from '../events/fate-table.ts'
import type { Became } from '../events/outcome-of-events.ts'
import type { OutgoingEvent } from '../events/outgoing-event.ts'
import { receiptLines } from '../log/receipt.ts'
import { amountWords, visible } from '../table.ts'
import type { Voice } from '../voice.ts'

/** Shows receipts of at most this many events. */
const RECEIPTS = 10

/** More events than these are summed up, and only those that were not charged are named. */
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
  if (events.length > NAMED) voice.lines(fateTable(became, voice.width))
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

export const shownEvent = ({ source, id }: OutgoingEvent): string =>
  [source, id].map((text) => visible(text ?? '(none)').slice(0, SHOWN_CHARACTERS)).join(' ')

function sentenceOf(one: Became): string {
  switch (one.kind) {
    case 'charged':
      return `charged ${amountWords(credits(one.credits))}`
    case 'replayed':
      return `replayed: it was charged ${amountWords(credits(one.credits))} before, nothing is charged again`
    case 'parked':
      return `parked, ${one.reason}: ${one.detail}`
    case 'ahead':
      return `waits: its time is ahead of now; it is charged by itself from ${one.until} on`
    case 'quarantined':
      return `quarantined, ${one.reason}: ${visible(one.path)} ${visible(one.detail)}`
    case 'unsettled':
      return 'still in the queue, or in its dead letters'
  }
}
