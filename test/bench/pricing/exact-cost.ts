import { prices, type TokenUsage } from './usages.ts'

/** Decimals of the prices below, and of "per million". */
const PRICE_DECIMALS = 2
const TOTAL_DECIMALS = PRICE_DECIMALS + 6

const scaled = new Map(
  prices.map(({ model, input, output }) => [model as string, { input: toInteger(input), output: toInteger(output) }]),
)

/** What usage costs, as digits: whole numbers only, sharing no line with what is measured. */
export function exactCost({ model, input, output }: TokenUsage): string {
  const price = scaled.get(model)
  if (price === undefined) throw new Error(`no price for ${model}`)
  const total = BigInt(input) * price.input + BigInt(output) * price.output
  const digits = total.toString().padStart(TOTAL_DECIMALS + 1, '0')
  return withoutZeros(`${digits.slice(0, -TOTAL_DECIMALS)}.${digits.slice(-TOTAL_DECIMALS)}`)
}

/** The shortest digits that mean this float, as JavaScript prints it, without an exponent: the kindest reading of it. */
export function digitsOf(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e-')
  if (exponent === undefined) return mantissa
  return withoutZeros(`0.${'0'.repeat(Number(exponent) - 1)}${mantissa.replace('.', '')}`)
}

function toInteger(price: string): bigint {
  const [whole = '', fraction = ''] = price.split('.')
  return BigInt(whole + fraction.padEnd(PRICE_DECIMALS, '0'))
}

const withoutZeros = (digits: string): string => digits.replace(/0+$/, '').replace(/\.$/, '')
