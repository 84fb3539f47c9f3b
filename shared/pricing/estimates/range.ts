import type { Exact } from '../../money/exact.ts'

/** The three cases of an estimate. */
const cases = ['low', 'expected', 'high'] as const

export type Range<T> = { readonly [Case in (typeof cases)[number]]: T }

/** What the number of uses is multiplied by, in each case. */
export type Factors = Range<Exact>

/** A judgement, not a measurement: whoever knows better says so. */
export const usualFactors: Range<string> = { low: '0.7', expected: '1', high: '1.5' }

export const mapRange = <A, B>(range: Range<A>, make: (value: A) => B): Range<B> => ({
  low: make(range.low),
  expected: make(range.expected),
  high: make(range.high),
})

/** Low is not above expected, nor that above high. */
export const isInOrder = ({ low, expected, high }: Factors): boolean => low.lte(expected) && expected.lte(high)
