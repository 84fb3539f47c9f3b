import * as z from 'zod/mini'

const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/

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
