import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading, writing } from '../../http/operation.ts'
import { shareOf } from '../../limits/decide/limits-on.ts'
import type { CategoryStanding, UserStanding } from '../../limits/decide/user-standing.ts'
import { amountText, type Credits } from '../../money/amounts.ts'
import { languages } from '../../text/language.ts'
import { categories } from '../../usage/meters.ts'
import { nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { amountSchema } from '../fields/amount.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { emailSchema } from '../top-ups/billing-details.ts'
import { ceilingUsedSchema } from './ceiling-overview.ts'

const userQuerySchema = z.strictObject({
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

/** What was spent of a limit. */
export const usedShape = ({ spent, limit }: { readonly spent: Credits; readonly limit: Credits | undefined }) => ({
  spent: amountText(spent),
  limit: limit && amountText(limit),
  share: limit && shareOf(spent, limit),
})

const standing = {
  user: z.string(),
  tier: z.optional(described(z.string(), 'Absent: the account has no tier for unassigned users')),
  assigned: described(z.boolean(), 'The user was assigned to it; false: it is the tier of new users'),
  spent: amountSchema,
  categories: described(z.partialRecord(z.enum(categories), usedSchema), 'This month, where the account is'),
}

export const userSchema = z.object(standing).check(z.meta({ id: 'User' }))

const userDetailsSchema = z
  .object({
    ...standing,
    ceilings: described(z.array(ceilingUsedSchema), 'Ceilings of each user, and what this one has spent of them'),
    email: z.optional(z.string()),
    language: described(z.enum(languages), 'Of what is written to the user'),
  })
  .check(z.meta({ id: 'UserDetails' }))

/** Where a user stands. */
export const userShape = ({ user, tier, isAssigned, spent, categories: all }: UserStanding) => ({
  user,
  tier: tier?.id,
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

export const usersPaging = pagingOf('users', z.string(), 1000, 100)

const percentSchema = z.pipe(
  z.string().check(z.regex(/^(?:[1-9][0-9]?|100)$/, 'expected a whole number of percent from 1 to 100')),
  z.transform(Number),
)

export const listUsers = reading({
  operationId: 'listUsers',
  route: 'GET /v1/accounts/{account}/users',
  scope: 'account:read',
  tag: 'Limits',
  summary: 'List users with what they spent this month',
  description:
    'All users who were assigned a tier or spent something this month, by name. Spend is what limits count in the calendar month of the account’s time zone.',
  params: accountPathSchema,
  query: z.strictObject({
    ...usersPaging.query,
    tier: z.optional(described(nameSchema, 'Users of one tier, unassigned ones too')),
    over: z.optional(
      described(percentSchema, 'Users who have spent at least this percentage of some limit of their tier'),
    ),
  }),
  answers: [answer(200, 'Users', z.object({ users: z.array(userSchema), next: nextSchema }), { users: [userExample] })],
  problems: ['limits.no-such-tier'],
})

const example = { ...userExample, ceilings: [], email: 'u-17@acme.example', language: 'de' as const }

export const getUser = reading({
  operationId: 'getUser',
  route: 'GET /v1/accounts/{account}/user',
  scope: 'account:read',
  isOwn: true,
  tag: 'Limits',
  summary: "Show a user's tier, and what was spent of its limits",
  description:
    'Every name has an answer, since only the platform knows its users. An unassigned user is in the tier of new users.',
  params: accountPathSchema,
  query: userQuerySchema,
  answers: [answer(200, 'The user', userDetailsSchema, example)],
})

export const putUser = writing({
  operationId: 'putUser',
  route: 'PUT /v1/accounts/{account}/user',
  scope: 'account:admin',
  tag: 'Limits',
  summary: 'Set the tier of a user, and where the user can be reached',
  description:
    'An absent field stays as it is; `null` removes it. A tier is an entry of the log and counts in the next access check. Address and language are in no log: removed, they are gone.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        user: described(nameSchema, 'As usage events name it'),
        tier: z.optional(described(z.nullable(nameSchema), '`null`: back to the tier of new users')),
        email: z.optional(described(z.nullable(emailSchema), 'For notices of limits and decisions')),
        language: z.optional(z.nullable(z.enum(languages))),
      })
      .check(z.meta({ id: 'PutUser' })),
    example: { user: 'u-17', tier: 'low', email: 'u-17@acme.example', language: 'de' },
  },
  answers: [answer(200, 'The user', userDetailsSchema, example)],
  problems: ['limits.no-such-tier'],
  // An answer holds the address, which has to be gone when it is taken away; what is done again changes nothing.
  isFinal: () => false,
})

export const userOperations: readonly Operation[] = [listUsers, getUser, putUser]
