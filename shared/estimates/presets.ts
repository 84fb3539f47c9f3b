import { exact } from '../money/exact.ts'
import type { Quantities } from '../usage/quantities.ts'
import { noVariant } from '../usage/variant.ts'
import type { Activity } from './workload.ts'

/** Tokens of one chat, by its length. */
export const chatLengths = {
  /** Seed page, example 1: a single chat with short history. */
  short: { input: '523', output: '1247' },
  /** Between the two. */
  medium: { input: '645', output: '4240' },
  /** Seed page, example 2: longer chats of about 8,000 tokens. */
  long: { input: '767', output: '7233' },
} as const

export type ChatLength = keyof typeof chatLengths

export const tokens = (input: string, output: string): Quantities =>
  new Map([
    ['input_tokens', exact(input)],
    ['output_tokens', exact(output)],
  ])

const chat = (count: string, input: string, output: string): Activity => ({
  name: 'longer chats',
  usage: {
    category: 'text',
    service: 'anthropic/claude-opus-4-7',
    variant: noVariant,
    quantities: tokens(input, output),
  },
  perPersonAndDay: exact(count),
})

/** Workloads of one person on one day, to begin with. */
export const presets: Readonly<Record<string, readonly Activity[]>> = {
  /** Seed page, example 2: 7.24 €. Thirty chats of 23,000 tokens in and 217,000 out, all together. */
  workday: [
    chat('20', '767', '7233'),
    chat('10', '766', '7234'),
    {
      name: 'images',
      usage: {
        category: 'image',
        service: 'openai/gpt-image-1',
        variant: noVariant,
        quantities: new Map([['images', exact('1')]]),
      },
      perPersonAndDay: exact('5'),
    },
    {
      name: 'workflow wizards',
      usage: {
        category: 'other',
        service: 'platform/workflow-wizard',
        variant: noVariant,
        quantities: new Map([['runs', exact('1')]]),
      },
      perPersonAndDay: exact('2'),
    },
  ],
}
