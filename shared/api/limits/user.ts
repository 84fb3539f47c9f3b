import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { shareOf } from '../../limits/decide/limits-on.ts'
import type { CategoryStanding, UserStanding } from '../../limits/decide/user-standing.ts'
import { amountText, type Credits } from '../../money/amounts.ts'
import { languages } from '../../text/language.ts'
import { categories } from '../../usage/meters.ts'
import { nameSchema } from '../../usage/text.ts'
import { amountSchema } from '../fields/amount.ts'
import { ceilingUsedSchema } from './ceiling-used.ts'

export const userQuerySchema = z.strictObject({
  user: described(
    nameSchema,
    'As usage events name it, percent-encoded once: `a%2Bb%40acme.example` is a+b@acme.example',
  ),
})

/** What is used of a limit. */
export const usedSchema = z
  .object({
    spent: amountSchema,
    limit: z.optional(amountSchema),
    share: z.optional(described(z.string(), 'Percent of the limit, cut to a tenth')),
  })
  .check(z.meta({ id: 'Used' }))

export const usedShape = ({ spent, limit }: { readonly spent: Credits; readonly limit: Credits | undefined }) => ({
  spent: amountText(spent),
  ...(limit !== undefined && { limit: amountText(limit), share: shareOf(spent, limit) }),
})

const standing = {
  user: z.string(),
  tier: z.optional(described(z.string(), 'Absent: the account has no tier for users nobody assigned')),
  assigned: described(z.boolean(), 'Somebody put the user there; else it is the tier of new users'),
  spent: amountSchema,
  categories: described(z.partialRecord(z.enum(categories), usedSchema), 'This month, where the account is'),
}

export const userSchema = z.object(standing).check(z.meta({ id: 'User' }))

export const userDetailsSchema = z
  .object({
    ...standing,
    ceilings: described(z.array(ceilingUsedSchema), 'Ceilings of each user, and what this one has spent of them'),
    email: z.optional(z.string()),
    language: described(z.enum(languages), 'Of what is written to the user'),
  })
  .check(z.meta({ id: 'UserDetails' }))

export const userShape = ({ user, tier, isAssigned, spent, categories: all }: UserStanding) => ({
  user,
  ...(tier !== undefined && { tier: tier.id }),
  assigned: isAssigned,
  spent: amountText(spent),
  categories: Object.fromEntries(all.map((one: CategoryStanding) => [one.category, usedShape(one)])),
})

const euros = (eur: string, credits: string) => ({ eur, credits })

export const userExample: z.infer<typeof userSchema> = {
  user: 'u-17',
  tier: 'low',
  assigned: true,
  spent: euros('4.20', '420'),
  categories: {
    text: { spent: euros('4.20', '420'), limit: euros('5.00', '500'), share: '84' },
    image: { spent: euros('0.00', '0'), limit: euros('2.00', '200'), share: '0' },
  },
}
