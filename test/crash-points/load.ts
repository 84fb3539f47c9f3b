import type { OutgoingEvent } from '../../infra/cli/lib/events/outgoing-event.ts'
import { usageEvent } from '../../infra/cli/lib/events/outgoing-event.ts'
import { DAY_MS, type Instant } from '../../shared/time/instant.ts'
import { accountBoundId } from '../../shared/usage/account-bound-id.ts'

/** What a load comes to, however it is delivered. Credits: each charge is 0.3 for 1,000 input tokens at 3.00 € a million. */
export const LOAD_BECOMES = { charged: 6, replayed: 2, parked: 1, quarantined: 1, credits: '1.8' } as const

/** Events of every path: account-bound, late, and with own ids; copies of some; one without a price; one that is not valid. */
export function loadOf(account: string, now: Instant): readonly OutgoingEvent[] {
  let number = 0n
  const event = (changes: { id?: string; at?: Instant; service?: string; tokens?: number }): OutgoingEvent => {
    number += 1n
    const time = changes.at ?? now
    return usageEvent({
      account,
      source: '/crash',
      id: changes.id ?? accountBoundId('/crash', account, time, number),
      time,
      user: `u-${number % 3n}`,
      category: 'text',
      service: changes.service ?? 'openai/gpt-4o',
      quantities: { input_tokens: changes.tokens ?? 1000 },
    })
  }
  const bound = [event({}), event({ at: now - 1000 })]
  const late = event({ at: now - 2 * DAY_MS })
  const own = [event({ id: `${account}-1` }), event({ id: `${account}-2` }), event({ id: `${account}-3` })]
  const parked = event({ service: 'nobody/unknown' })
  const invalid = event({ tokens: -1 })
  const alone = (one: OutgoingEvent): OutgoingEvent => ({ ...one, isAlone: true })
  return [...bound, ...own, parked, invalid, alone(late), ...[bound[0], own[0]].flatMap((one) => one ?? []).map(alone)]
}
