import type { Workload } from './workload.ts'

/** A workload to begin with. */
export interface Preset {
  readonly name: string
  readonly description: string
  readonly workload: Workload
}

const opus = (times: string, inputTokens: number, outputTokens: number) => ({
  times,
  length: { inputTokens, outputTokens },
  models: [{ service: 'anthropic/claude-opus-4-7', share: '1' }],
})

export const presets: readonly Preset[] = [
  {
    name: 'workday',
    description:
      'One day of one heavy user, as the page about usage-based billing has it: 30 longer chats with Claude Opus 4.7, which take 23,000 tokens in and 217,000 out together, 5 images with GPT Image 1, 2 workflow wizards',
    workload: {
      people: 1,
      workdays: '1',
      // A thirtieth of the tokens is no whole number: 20 × 767 + 10 × 766 in, 20 × 7,233 + 10 × 7,234 out.
      chats: [opus('20', 767, 7233), opus('10', 766, 7234)],
      images: [{ times: '5', service: 'openai/gpt-image-1' }],
      workflows: [{ times: '2', service: 'platform/workflow-wizard' }],
    },
  },
  {
    name: 'team',
    description:
      '25 people who chat twelve times a day, mostly with a standard model, and now and then make an image or run a workflow',
    workload: {
      people: 25,
      workdays: '21',
      chats: [
        {
          times: '12',
          length: 'medium',
          models: [
            { service: 'openai/gpt-4o', share: '0.8' },
            { service: 'anthropic/claude-opus-4-7', share: '0.2' },
          ],
        },
      ],
      images: [{ times: '4', per: 'month', service: 'openai/gpt-image-1' }],
      workflows: [{ times: '2', per: 'month', service: 'platform/workflow-wizard' }],
    },
  },
]
