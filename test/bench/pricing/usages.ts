import { randomOf } from '../../world/random.ts'

/** What a model was used for. */
export interface TokenUsage {
  readonly vendor: string
  readonly model: string
  readonly input: number
  readonly output: number
}

/** Prices per million tokens: the models that all compared catalogues price, and price the same. */
export const prices = [
  { vendor: 'openai', model: 'gpt-5', input: '1.25', output: '10' },
  { vendor: 'openai', model: 'gpt-4.1', input: '2', output: '8' },
  { vendor: 'anthropic', model: 'claude-opus-4-1', input: '15', output: '75' },
  { vendor: 'google', model: 'gemini-2.5-flash', input: '0.3', output: '2.5' },
] as const

/** Usages of all of these models, the same for the same seed; sizes as chats have them. */
export function tokenUsages(count: number, seed: number): readonly TokenUsage[] {
  const random = randomOf(seed)
  return Array.from({ length: count }, () => {
    const { vendor, model } = prices[random.below(prices.length)] ?? prices[0]
    return { vendor, model, input: 1 + random.logNormal(900, 1.2), output: 1 + random.logNormal(350, 0.9) }
  })
}
