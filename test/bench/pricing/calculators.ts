import { calcPrice } from '@pydantic/genai-prices'
import { calculateCost } from 'ai-sdk-cost-calculator'
import { estimateCost } from 'tokenlens'
import { toEuros } from '../../../shared/money/amounts.ts'
import { exact, plain } from '../../../shared/money/exact.ts'
import { priceUsage, type Usage } from '../../../shared/pricing/charge/price-usage.ts'
import { digitsOf } from './exact-cost.ts'
import { cardOfStored, fullCard } from './full-card.ts'
import type { TokenUsage } from './usages.ts'

/** One way to price. `price` alone is timed; `prepare` and `digits` are not. */
export interface Calculator<Prepared = unknown, Answer = unknown> {
  readonly name: string
  readonly prepare: (usage: TokenUsage) => Prepared
  readonly price: (prepared: Prepared) => Answer
  /** The answer as plain decimal digits. */
  readonly digits: (answer: Answer) => string
}

/** Every price of the list that genai-prices has too, as a function finds it in the table. */
const cards = [cardOfStored(await fullCard())]

const usageOf = ({ vendor, model, input, output }: TokenUsage): Usage => ({
  account: 'acme',
  time: 0,
  category: 'text',
  service: `${vendor}/${model}`,
  variant: '',
  quantities: new Map([
    ['input_tokens', exact(String(input))],
    ['output_tokens', exact(String(output))],
  ]),
})

function priceOurs(usage: Usage) {
  const priced = priceUsage(usage, cards)
  if (priced.kind !== 'priced') throw new Error(`${usage.service} is ${priced.kind}`)
  return priced.total
}

const calculator = <P, A>(made: Calculator<P, A>): Calculator => made as Calculator

/** A price of `undefined` or `null` would be fast, and wrong. */
function known(price: number | undefined): number {
  if (price === undefined) throw new Error('a compared calculator has no price for a model; choose another model')
  return price
}

/** Each with its own catalogue, its own result type, and the arguments it wants made beforehand. */
export const calculators: readonly Calculator[] = [
  calculator({
    name: 'Groschen, read usage to exact credits',
    prepare: usageOf,
    price: priceOurs,
    digits: (total) => plain(toEuros(total)),
  }),
  calculator({
    name: 'Groschen, plain numbers to exact digits',
    prepare: (usage) => usage,
    price: (usage: TokenUsage) => plain(toEuros(priceOurs(usageOf(usage)))),
    digits: (digits) => digits,
  }),
  calculator({
    name: '@pydantic/genai-prices',
    prepare: ({ vendor, model, input, output }) => ({
      usage: { input_tokens: input, output_tokens: output },
      model,
      options: { providerId: vendor },
    }),
    price: ({ usage, model, options }) => known(calcPrice(usage, model, options)?.total_price),
    digits: digitsOf,
  }),
  calculator({
    name: 'tokenlens',
    prepare: ({ vendor, model, input, output }) => ({
      modelId: `${vendor}/${model}`,
      usage: { input_tokens: input, output_tokens: output },
    }),
    price: (args) => known(estimateCost(args).totalUSD),
    digits: digitsOf,
  }),
  calculator({
    name: 'ai-sdk-cost-calculator',
    prepare: ({ model, input, output }) => ({
      model,
      usage: {
        inputTokens: input,
        outputTokens: output,
        totalTokens: input + output,
        inputTokenDetails: { noCacheTokens: input, cacheReadTokens: 0, cacheWriteTokens: 0 },
        outputTokenDetails: { textTokens: output, reasoningTokens: 0 },
      },
    }),
    price: (options) => known(calculateCost(options).totalCost),
    digits: digitsOf,
  }),
]
