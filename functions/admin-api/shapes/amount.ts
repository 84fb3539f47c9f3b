import * as z from 'zod/mini'
import { type Credits, credits, euros, toCredits } from '../../../shared/money/amounts.ts'

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** An amount as it is shown: both units, exact decimal strings. */
export const amountSchema = z
  .object({ eur: z.string().check(z.regex(DECIMAL)), credits: z.string().check(z.regex(DECIMAL)) })
  .check(
    z.meta({
      id: 'Amount',
      description: 'An exact amount in both units, as decimal strings; 1 credit is 0.01 €',
      examples: [{ eur: '0.026533', credits: '2.6533' }],
    }),
  )

/** At most 10^12 credits in one grant: far below what a balance may hold, far above any invoice. */
const LARGEST_GRANT: Credits = credits('1000000000000')
const GRANT_DECIMALS = 6

const WANTED = `expected a decimal string above 0: at most ${LARGEST_GRANT.toFixed()} credits, with at most ${GRANT_DECIMALS} decimals`
const UNSIGNED = /^(?:0|[1-9]\d{0,12})(?:\.\d{1,8})?$/

const isGrantable = (amount: Credits): boolean =>
  amount.gt(0) && amount.lte(LARGEST_GRANT) && amount.decimalPlaces() <= GRANT_DECIMALS

const givenIn = (read: (text: string) => Credits) =>
  z.string().check(
    z.regex(UNSIGNED, WANTED),
    z.refine((text) => !UNSIGNED.test(text) || isGrantable(read(text)), WANTED),
  )

/** An amount as it is given: in one unit, so that the two can't contradict each other. */
export const givenAmountSchema = z
  .union(
    [z.strictObject({ eur: givenIn((text) => toCredits(euros(text))) }), z.strictObject({ credits: givenIn(credits) })],
    `expected {"eur": "50.00"} or {"credits": "5000"}: ${WANTED}`,
  )
  .check(z.meta({ id: 'GivenAmount', description: 'An amount in one of the two units, as a decimal string' }))

export const readGivenAmount = (given: z.infer<typeof givenAmountSchema>): Credits =>
  'eur' in given ? toCredits(euros(given.eur)) : credits(given.credits)

/** A balance level, in credits. */
export const levelSchema = z
  .string()
  .check(
    z.regex(
      /^(?:0|[1-9]\d{0,12})(?:\.\d{1,6})?$/,
      'expected credits as a decimal string, with at most 13 digits before and 6 behind the point',
    ),
  )
