import * as z from 'zod/mini'
import { type RuleFault, ruledBy } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import type { AutoTopUp } from '../../ledger/entries/auto-top-up.ts'
import { amountText, type Credits, type Euros, euros, toCredits } from '../../money/amounts.ts'
import { amountSchema } from '../fields/amount.ts'
import { givenLevelSchema, readGivenAmount } from '../fields/given-amount.ts'

const EURO_PATTERN = /^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,2})?$/

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

const MOST_PER_PURCHASE =
  'With `amount`: the most that one purchase buys, in credits before fee and tax. What is missing beyond that waits for the cooldown, or for an hour where there is none'

/** How an account buys credits by itself, as it is given: `amount` or `target`, one of the two. */
export const givenAutoTopUpSchema = z
  .strictObject({
    threshold: givenLevelSchema,
    amount: z.optional(givenLevelSchema),
    target: z.optional(givenLevelSchema),
    mostPerPurchase: described(z.optional(givenLevelSchema), `${MOST_PER_PURCHASE}; default: ten times the amount`),
    monthlyCap: z.strictObject(cap),
    cooldownMinutes: z._default(cooldown, 0),
  })
  .check(
    ruledBy(({ amount, target, mostPerPurchase }): readonly RuleFault[] => [
      ...(amount === undefined && mostPerPurchase !== undefined
        ? [
            {
              path: ['mostPerPurchase'],
              message: 'bounds multiples of an amount; up to a target one purchase is what is missing',
            },
          ]
        : []),
      ...((amount === undefined) === (target === undefined)
        ? [
            {
              path: ['amount'],
              message: 'give either amount (bought in multiples of it) or target (filled up to)',
            },
          ]
        : []),
    ]),
    z.meta({
      id: 'GivenAutoTopUp',
      description:
        'Buys when the balance is below `threshold`, in one purchase: the smallest multiple of `amount` that reaches the threshold, or what is missing up to `target`. Within the caps of a calendar month of the account’s time zone, and the cooldown',
    }),
  )

export const autoTopUpSchema = z
  .object({
    threshold: amountSchema,
    amount: z.optional(amountSchema),
    target: z.optional(amountSchema),
    mostPerPurchase: described(z.optional(amountSchema), MOST_PER_PURCHASE),
    monthlyCap: z.object(cap),
    cooldownMinutes: cooldown,
  })
  .check(z.meta({ id: 'AutoTopUp' }))

export const autoTopUpExample: z.infer<typeof autoTopUpSchema> = {
  threshold: { eur: '20.00', credits: '2000' },
  amount: { eur: '100.00', credits: '10000' },
  mostPerPurchase: { eur: '400.00', credits: '40000' },
  monthlyCap: { paid: '500.00', number: 5 },
  cooldownMinutes: 0,
}

const DEFAULT_MULTIPLES = 10

/** @param most of one purchase at this stage: the default does not exceed it */
export function readAutoTopUp(given: z.infer<typeof givenAutoTopUpSchema>, most: Euros): AutoTopUp {
  const { threshold, amount, target = '0', mostPerPurchase, monthlyCap, cooldownMinutes } = given
  return {
    threshold: readGivenAmount(threshold),
    buys:
      amount === undefined
        ? { kind: 'target', target: readGivenAmount(target) }
        : amountBought(
            readGivenAmount(amount),
            mostPerPurchase === undefined ? undefined : readGivenAmount(mostPerPurchase),
            most,
          ),
    monthlyCap: { paid: euros(monthlyCap.paid), number: monthlyCap.number },
    cooldownMinutes,
  }
}

function amountBought(amount: Credits, given: Credits | undefined, most: Euros): AutoTopUp['buys'] {
  const tenTimes = amount.times(DEFAULT_MULTIPLES) as Credits
  const byDefault = tenTimes.gt(toCredits(most)) ? toCredits(most) : tenTimes
  return { kind: 'amount', amount, mostPerPurchase: given ?? byDefault }
}

export function autoTopUpShape(auto: AutoTopUp): z.infer<typeof autoTopUpSchema> {
  const { threshold, buys, monthlyCap, cooldownMinutes } = auto
  return {
    threshold: amountText(threshold),
    ...(buys.kind === 'amount' ? amountShape(buys) : { target: amountText(buys.target) }),
    monthlyCap: { paid: monthlyCap.paid.toFixed(2), number: monthlyCap.number },
    cooldownMinutes,
  }
}

/** Settings of before multiples buy the amount once in each purchase. */
const amountShape = ({ amount, mostPerPurchase = amount }: Extract<AutoTopUp['buys'], { kind: 'amount' }>) => ({
  amount: amountText(amount),
  mostPerPurchase: amountText(mostPerPurchase),
})
