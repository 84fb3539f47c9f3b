import * as z from 'zod/mini'
import { amountText, euros } from '../../../shared/money/amounts.ts'
import type { AutoTopUp } from '../../../shared/top-ups/auto-top-up.ts'
import { amountSchema } from './amount.ts'
import { described } from './described.ts'
import { givenLevelSchema, readGivenAmount } from './given-amount.ts'

const EURO_PATTERN = /^(?:0|[1-9]\d{0,8})(?:\.\d{1,2})?$/

const cap = {
  paid: described(
    z.string().check(z.regex(EURO_PATTERN, 'expected euros with at most two decimals, such as "500.00"')),
    'Euros, with tax and fee',
  ),
  number: z.int().check(z.minimum(1), z.maximum(1000)),
}
const MOST_COOLDOWN_MINUTES = 31 * 24 * 60
const cooldown = described(
  z.int().check(z.minimum(0), z.maximum(MOST_COOLDOWN_MINUTES)),
  'From one automatic purchase to the next',
)

/** How an account buys credits by itself, as it is given: `amount` or `target`, one of the two. */
export const givenAutoTopUpSchema = z
  .strictObject({
    threshold: givenLevelSchema,
    amount: z.optional(givenLevelSchema),
    target: z.optional(givenLevelSchema),
    monthlyCap: z.strictObject(cap),
    cooldownMinutes: z._default(cooldown, 0),
  })
  .check(
    z.refine(({ amount, target }) => (amount === undefined) !== (target === undefined), {
      error: 'give either amount (bought each time, exactly) or target (filled up to)',
      path: ['amount'],
    }),
    z.meta({
      id: 'GivenAutoTopUp',
      description:
        'Buys when the balance is below `threshold`: `amount`, exactly, and the same again while that does not reach the threshold; or in one purchase what is missing up to `target`. Within the caps of a calendar month of the account’s time zone, and the cooldown',
    }),
  )

export const autoTopUpSchema = z
  .object({
    threshold: amountSchema,
    amount: z.optional(amountSchema),
    target: z.optional(amountSchema),
    monthlyCap: z.object(cap),
    cooldownMinutes: cooldown,
  })
  .check(z.meta({ id: 'AutoTopUp' }))

export function readAutoTopUp(given: z.infer<typeof givenAutoTopUpSchema>): AutoTopUp {
  const { threshold, amount, target = '0', monthlyCap, cooldownMinutes } = given
  return {
    threshold: readGivenAmount(threshold),
    buys:
      amount === undefined
        ? { kind: 'target', target: readGivenAmount(target) }
        : { kind: 'amount', amount: readGivenAmount(amount) },
    monthlyCap: { paid: euros(monthlyCap.paid), number: monthlyCap.number },
    cooldownMinutes,
  }
}

export function autoTopUpShape(auto: AutoTopUp): z.infer<typeof autoTopUpSchema> {
  const { threshold, buys, monthlyCap, cooldownMinutes } = auto
  return {
    threshold: amountText(threshold),
    ...(buys.kind === 'amount' ? { amount: amountText(buys.amount) } : { target: amountText(buys.target) }),
    monthlyCap: { paid: monthlyCap.paid.toFixed(2), number: monthlyCap.number },
    cooldownMinutes,
  }
}
