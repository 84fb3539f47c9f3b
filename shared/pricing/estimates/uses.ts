import { Exact } from '../../money/exact.ts'
import type { Meter } from '../../usage/meters.ts'
import { type Quantities, readQuantities } from '../../usage/quantities.ts'
import { noVariant, variantOf } from '../../usage/variant.ts'
import type { Usage } from '../charge/price-usage.ts'
import type { CompleteWorkload, Often } from './workload.ts'

/** Some use, and how often it comes in a month. */
export interface Use extends Omit<Usage, 'account' | 'time'> {
  /** The quantities of one use, as its usage event would have them: these are priced. */
  readonly quantities: Quantities
  /** May have a fraction: a share of chats, a run every other day. */
  readonly times: Exact
}

/**
 * The uses of a workload in a month.
 *
 * Only the number of uses is multiplied and shared out; the tokens of one chat stay the whole number they are, as do the
 * tiers and packages that they reach.
 */
export function usesOf({ people, workdays, ...workload }: CompleteWorkload): readonly Use[] {
  const timesOf = ({ times, per }: Often): Exact => {
    const byPeople = new Exact(times).times(people)
    return per === 'day' ? byPeople.times(workdays) : byPeople
  }
  const one = (meter: Meter): Quantities => new Map([[meter, new Exact(1)]])
  return [
    ...workload.chats.flatMap((chat) =>
      chat.models.map(({ service, share }) => ({
        category: 'text' as const,
        service,
        variant: noVariant,
        quantities: quantitiesOfChat(chat),
        times: timesOf(chat).times(share),
      })),
    ),
    ...workload.images.map(({ service, variant, ...often }) => ({
      category: 'image' as const,
      service,
      variant: variantOf(variant),
      quantities: one('images'),
      times: timesOf(often),
    })),
    ...workload.workflows.map(({ service, ...often }) => ({
      category: 'other' as const,
      service,
      variant: noVariant,
      quantities: one('runs'),
      times: timesOf(often),
    })),
    ...workload.usages.map(({ category, service, variant, quantities, ...often }) => ({
      category,
      service,
      variant: variantOf(variant),
      quantities: readQuantities(quantities),
      times: timesOf(often),
    })),
  ]
}

type Chat = CompleteWorkload['chats'][number]

function quantitiesOfChat({ length, toolCalls }: Chat): Quantities {
  const quantities = new Map<Meter, Exact>([
    ['input_tokens', new Exact(length.inputTokens)],
    ['output_tokens', new Exact(length.outputTokens)],
  ])
  if (toolCalls > 0) quantities.set('tool_calls', new Exact(toolCalls))
  return quantities
}
