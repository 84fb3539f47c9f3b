import { sha256Hex } from '../../../shared/digest/sha256.ts'
import type { Instant } from '../../../shared/time/instant.ts'
import { accountBoundId } from '../../../shared/usage/account-bound-id.ts'
import type { OutgoingEvent } from '../lib/events/outgoing-event.ts'
import { type EventFields, usageEvent } from '../lib/events/usage-events.ts'
import { DEMO_ACCOUNT } from './demo-account.ts'

/** One line of the workday: several events that belong together. */
export interface Activity {
  readonly name: string
  readonly events: readonly OutgoingEvent[]
}

const SOURCE = '/demo/examples'

/** The seed page's first example: one chat with GPT-4o. */
export function chatExample(at: Instant): OutgoingEvent {
  const quantities = { input_tokens: 523, output_tokens: 1247, tool_calls: 2 }
  return example('chat', at, { category: 'text', service: 'openai/gpt-4o', quantities })
}

/** The second: 30 chats that used 23,000 input and 217,000 output tokens together, 5 images, 2 workflow wizards. */
export function workdayExample(at: Instant): readonly Activity[] {
  const inputs = shares(23_000, 30)
  const outputs = shares(217_000, 30)
  const chats = inputs.map((input, place) => {
    const quantities = { input_tokens: input, output_tokens: outputs[place] ?? 0 }
    return example(`chat-${place}`, at, { category: 'text', service: 'anthropic/claude-opus-4-7', quantities })
  })
  const images = shares(5, 5).map((count, place) =>
    example(`image-${place}`, at, { category: 'image', service: 'openai/gpt-image-1', quantities: { images: count } }),
  )
  const wizards = shares(2, 2).map((count, place) =>
    example(`wizard-${place}`, at, {
      category: 'text',
      service: 'platform/workflow-wizard',
      quantities: { runs: count },
    }),
  )
  return [
    { name: '30 longer chats with Claude Opus 4.7', events: chats },
    { name: '5 images with GPT Image 1', events: images },
    { name: '2 workflow wizards', events: wizards },
  ]
}

function example(
  name: string,
  time: Instant,
  what: Pick<EventFields, 'category' | 'service' | 'quantities'>,
): OutgoingEvent {
  const random = BigInt(`0x${sha256Hex(`example ${name}`).slice(0, 13)}`)
  const id = accountBoundId(SOURCE, DEMO_ACCOUNT, time, random)
  return usageEvent({ account: DEMO_ACCOUNT, source: SOURCE, id, time, user: 'heavy-user', group: 'sales', ...what })
}

/** `total` in `count` whole parts, as equal as can be. */
export function shares(total: number, count: number): readonly number[] {
  const least = Math.floor(total / count)
  return Array.from({ length: count }, (_, place) => (place < total - least * count ? least + 1 : least))
}
