import type { Instant } from '../../../shared/time/instant.ts'
import { accountBoundId } from '../../../shared/usage/account-bound-id.ts'
import type { OutgoingEvent } from '../lib/events/outgoing-event.ts'
import { type EventFields, usageEvent } from '../lib/events/usage-events.ts'
import { DEMO_ACCOUNT } from './demo-account.ts'

const SOURCE = '/demo/malformed'

/** Events with what publishers really get wrong, one mistake each. */
export function malformedEvents(count: number, time: Instant, random: bigint): readonly OutgoingEvent[] {
  return Array.from({ length: count }, (_, place) => {
    const good: EventFields = {
      account: DEMO_ACCOUNT,
      source: SOURCE,
      id: accountBoundId(SOURCE, DEMO_ACCOUNT, time, random + BigInt(place)),
      time,
      user: 'user-1',
      category: 'text',
      service: 'openai/gpt-4o',
      quantities: { input_tokens: 100 },
    }
    return (MISTAKES[place % MISTAKES.length] as Mistake)(good, place)
  })
}

type Mistake = (good: EventFields, place: number) => OutgoingEvent

const MISTAKES: readonly Mistake[] = [
  (good) => usageEvent({ ...good, quantities: { input_tokens: '0x10' } }),
  (good) => usageEvent({ ...good, quantities: { input_tokens: -5 } }),
  (good) => usageEvent({ ...good, quantities: { tokens: 100 } }),
  (good) => usageEvent({ ...good, user: '' }),
  (good) => replaced(usageEvent(good), /"time":"[^"]*"/, '"time":"yesterday"'),
  (good) => replaced(usageEvent(good), '"category"', '"discount":"100 %","category"'),
  // The id says for whom it was made: another account can't be charged with it.
  (good) => usageEvent({ ...good, account: 'somebody-else' }),
  (good, place) => usageEvent({ ...good, account: 'nobody-here', id: `nobody-${place}` }),
  ({ account, source }, place) => ({
    text: `{"specversion":"1.0","id":"broken-off-${place}","sub`,
    account,
    source,
    id: `broken-off-${place}`,
    isAlone: true,
  }),
]

const replaced = (event: OutgoingEvent, what: string | RegExp, by: string): OutgoingEvent => ({
  ...event,
  text: event.text.replace(what, by),
})
