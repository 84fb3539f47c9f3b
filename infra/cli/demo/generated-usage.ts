import { DAY_MS, type Instant, MINUTE_MS } from '../../../shared/time/instant.ts'
import { accountBoundId } from '../../../shared/usage/account-bound-id.ts'
import type { OutgoingEvent } from '../lib/events/outgoing-event.ts'
import { type EventFields, usageEvent } from '../lib/events/outgoing-event.ts'
import { DEMO_ACCOUNT } from './demo-account.ts'
import { between, oneOf, type Random, shuffled } from './seeded-random.ts'

const SOURCE = '/demo/generated'
const MALFORMED_SOURCE = '/demo/malformed'

/** How many events of each sort; together 3,000, one in five of them a copy of another. */
const RECENT = 2100
/** With ids hours or days old: the log is far beyond them. */
const LATE = 180
/** With ids of the publisher's own making, bound to nothing. */
const OPAQUE = 60
const UNKNOWN_MODEL = 30
const MALFORMED = 30
const COPIES = 600

const OLDEST_RECENT_MS = 20 * MINUTE_MS
const OLDEST_LATE_MS = 3 * DAY_MS
/** Of the late ones, the youngest. */
export const LATE_AFTER_MS = 60 * MINUTE_MS

/** What a made-up organisation uses in three days, and all that goes wrong on the way: the same for the same seed and time. */
export function generatedUsage(random: Random, startedAt: Instant): readonly OutgoingEvent[] {
  const recent = () => startedAt - between(random, 0, OLDEST_RECENT_MS)
  const late = () => startedAt - between(random, LATE_AFTER_MS, OLDEST_LATE_MS)
  const priced = [
    ...times(RECENT, () => boundEvent(random, recent(), anyUse(random))),
    ...times(LATE, () => boundEvent(random, late(), anyUse(random))),
    ...times(OPAQUE, (place) => eventOf(random, recent(), `order-${place}`, anyUse(random))),
  ]
  const unknown = times(UNKNOWN_MODEL, () => {
    const quantities = { input_tokens: between(random, 100, 2000), output_tokens: between(random, 50, 900) }
    return boundEvent(random, recent(), { category: 'text', service: 'mistral/mistral-next', quantities })
  })
  const copies = shuffled(random, priced).slice(0, COPIES)
  const malformed = malformedEvents(MALFORMED, startedAt, randomBits(random))
  return shuffled(random, [...priced, ...unknown, ...copies, ...malformed])
}

type Use = Pick<EventFields, 'category' | 'service' | 'quantities'>

/** Of a hundred uses: 60 chats with the cheaper model, 39 with the dearer one, now and then an image or a wizard. */
function anyUse(random: Random): Use {
  const lot = random()
  if (lot < 0.6) {
    const tokens = { input_tokens: between(random, 100, 2500), output_tokens: between(random, 50, 800) }
    const calls = between(random, 0, 2)
    const quantities = calls === 0 ? tokens : { ...tokens, tool_calls: calls }
    return { category: 'text', service: 'openai/gpt-4o', quantities }
  }
  if (lot < 0.985) {
    const quantities = { input_tokens: between(random, 200, 1500), output_tokens: between(random, 100, 750) }
    return { category: 'text', service: 'anthropic/claude-opus-4-7', quantities }
  }
  if (lot < 0.99) return { category: 'image', service: 'openai/gpt-image-1', quantities: { images: 1 } }
  return { category: 'text', service: 'platform/workflow-wizard', quantities: { runs: 1 } }
}

function boundEvent(random: Random, time: Instant, use: Use): OutgoingEvent {
  return eventOf(random, time, accountBoundId(SOURCE, DEMO_ACCOUNT, time, randomBits(random)), use)
}

function eventOf(random: Random, time: Instant, id: string, use: Use): OutgoingEvent {
  const user = `user-${between(random, 1, 40)}`
  const group = oneOf(random, ['sales', 'engineering', 'support', 'marketing'])
  return usageEvent({ account: DEMO_ACCOUNT, source: SOURCE, id, time, user, group, ...use })
}

const randomBits = (random: Random): bigint =>
  (BigInt(between(random, 0, 2 ** 25 - 1)) << 25n) | BigInt(between(random, 0, 2 ** 25 - 1))

const times = <T>(count: number, make: (place: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, place) => make(place))

/** Events with what publishers really get wrong, one mistake each. */
function malformedEvents(count: number, time: Instant, random: bigint): readonly OutgoingEvent[] {
  return Array.from({ length: count }, (_, place) => {
    const good: EventFields = {
      account: DEMO_ACCOUNT,
      source: MALFORMED_SOURCE,
      id: accountBoundId(MALFORMED_SOURCE, DEMO_ACCOUNT, time, random + BigInt(place)),
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
  // The id is bound to its account: another account can't be charged with it.
  (good) => usageEvent({ ...good, account: 'somebody-else' }),
  (good, place) => usageEvent({ ...good, account: 'not-open', id: `not-open-${place}` }),
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
