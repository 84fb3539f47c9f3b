import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { ceilingOverview } from '../../../shared/api/limits/ceiling-overview.ts'
import {
  userDetailsSchema,
  userExample,
  userQuerySchema,
  userSchema,
  userShape,
} from '../../../shared/api/limits/user.ts'
import { emailSchema } from '../../../shared/api/top-ups/billing.ts'
import { described } from '../../../shared/http/described.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import { type Operation, reading, type Setting, writing } from '../../../shared/http/operation.ts'
import type { Ceiling } from '../../../shared/ledger/entries/limit-settings.ts'
import { commitOne } from '../../../shared/ledger/io/commit/commit-one.ts'
import { standings, type UserStanding } from '../../../shared/limits/decide/user-standing.ts'
import { tiersProposal } from '../../../shared/limits/io/assign-tiers.ts'
import { usersFold } from '../../../shared/limits/io/warm-folds.ts'
import { spentInMonth, wholeFold } from '../../../shared/limits/io/whole-fold.ts'
import type { LimitsState } from '../../../shared/limits/settings/limits-state.ts'
import { noSuchTier, tierFaultOf } from '../../../shared/limits/settings/tier-fault.ts'
import { changeContact } from '../../../shared/notices/io/change-contact.ts'
import { noContact, readContact } from '../../../shared/notices/io/user-contacts-table.ts'
import { monthsOf } from '../../../shared/spend/selector.ts'
import { languages } from '../../../shared/text/language.ts'
import { windowOf } from '../../../shared/time/window.ts'
import { nameSchema } from '../../../shared/usage/text.ts'

const MOST = 1000
const USUAL = 100

export const usersCursor = cursorOf('users', z.string())

const percentSchema = z.pipe(
  z.string().check(z.regex(/^(?:[1-9][0-9]?|100)$/, 'expected a whole number of percent from 1 to 100')),
  z.transform(Number),
)

const listUsers = reading({
  operationId: 'listUsers',
  tag: 'Limits',
  summary: 'List users with what they spent this month',
  description:
    'Whoever was assigned a tier or spent something this month, in the order of their names: what limits count, in the calendar month where the account is.',
  params: accountPathSchema,
  query: z.extend(pagingSchema(MOST, USUAL), {
    tier: z.optional(described(nameSchema, 'Users of one tier, also those whom nobody assigned')),
    over: z.optional(described(percentSchema, 'Users who have spent so many percent of some limit of their tier')),
  }),
  answers: [
    {
      status: 200,
      description: 'Users',
      schema: z.object({ users: z.array(userSchema), next: nextSchema }),
      example: { users: [userExample] },
    },
  ],
  problems: ['limits.no-such-tier'],
  handle: async ({ params: { account }, query: { limit = USUAL, after, tier, over } }, { services, tools }) => {
    const place = after === undefined ? undefined : usersCursor.read(after)
    const { fold, users } = await wholeFold(services.folds, account, tools.now())
    // Archived ones may be asked for: somebody may be in one.
    const fault = tierFaultOf(fold.limits().settings, tier, tier)
    if (fault !== undefined) throw noSuchTier(account, fault)
    const sought = users.filter(
      (one) =>
        (place === undefined || one.user > place) &&
        (tier === undefined || one.tier?.id === tier) &&
        (over === undefined || one.usedPercent >= over),
    )
    const page = fitting(sought.slice(0, limit).map(userShape))
    const last = sought.length > page.length ? page.at(-1) : undefined
    return { status: 200, body: { users: page, ...(last !== undefined && { next: usersCursor.write(last.user) }) } }
  },
})

const example = { ...userExample, ceilings: [], email: 'u-17@acme.example', language: 'de' as const }

const getUser = reading({
  operationId: 'getUser',
  tag: 'Limits',
  summary: "Show a user's tier, and what was spent of its limits",
  description:
    'Any name has an answer: who belongs to an account is what the platform knows. Whom nobody assigned is in the tier of new users.',
  params: accountPathSchema,
  query: userQuerySchema,
  answers: [{ status: 200, description: 'The user', schema: userDetailsSchema, example }],
  problems: [],
  handle: async ({ params: { account }, query: { user } }, setting) => ({
    status: 200,
    body: await userDetails(account, user, setting),
  }),
})

const putUser = writing({
  operationId: 'putUser',
  tag: 'Limits',
  summary: 'Set the tier of a user, and where the user can be reached',
  description:
    'What is absent stays as it is; `null` takes it away. A tier is an entry of the log and counts in the next access check. Address and language are in no log: taken away, they are gone.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        user: described(nameSchema, 'As usage events name it'),
        tier: z.optional(described(z.nullable(nameSchema), '`null`: back to the tier of new users')),
        email: z.optional(described(z.nullable(emailSchema), 'Where limits and decisions are told')),
        language: z.optional(z.nullable(z.enum(languages))),
      })
      .check(z.meta({ id: 'PutUser' })),
    example: { user: 'u-17', tier: 'low', email: 'u-17@acme.example', language: 'de' },
  },
  answers: [{ status: 200, description: 'The user', schema: userDetailsSchema, example }],
  problems: ['limits.no-such-tier'],
  // An answer holds the address, which has to be gone when it is taken away; what is done again changes nothing.
  isFinal: () => false,
  handle: async ({ params: { account }, body: { user, ...body }, key }, setting) => {
    const { services, caller, tools } = setting
    const { fold } = await usersFold(services.folds, account, tools.now(), () => [{ user }])
    const assigned = fold.assignedTier(user)
    const tier = body.tier === undefined ? assigned : (body.tier ?? undefined)
    if (tier !== assigned) {
      const made = { key, actor: caller.subject, at: tools.now() }
      const entry = { kind: 'user-tiers', ...made, part: 1, tiers: [[user, tier]] } as const
      await commitOne(account, setting, tiersProposal(services.folds, account, entry))
    }
    await changeContact(services.accounts, account, user, body, services.nonce)
    return { status: 200, body: await userDetails(account, user, setting) }
  },
})

async function userDetails(account: string, user: string, setting: Setting) {
  const [contact, { standing, ceilings }] = await Promise.all([
    readContact(setting.services.accounts, account, user),
    standingOf(account, user, setting),
  ])
  const { email, language } = contact ?? noContact
  return { ...userShape(standing), ceilings, ...(email !== undefined && { email }), language }
}

/** @throws Problem */
async function standingOf(account: string, user: string, { services, tools }: Setting): Promise<Stands> {
  const { fold, day } = await usersFold(services.folds, account, tools.now(), (one, today) => [
    { user },
    ...ceilingsOfEachUser(one.limits())
      .flatMap(({ window }) => monthsOf(windowOf(window, today)))
      .map((month) => ({ user, month })),
  ])
  const month = windowOf({ kind: 'month' }, day)
  return {
    standing: standings(fold.limits(), month, spentInMonth(fold, month))(user, fold.assignedTier(user)),
    ceilings: ceilingsOfEachUser(fold.limits()).flatMap((one) => ceilingOverview(one, { fold, day, groups: [], user })),
  }
}

interface Stands {
  readonly standing: UserStanding
  readonly ceilings: ReturnType<typeof ceilingOverview>
}

const ceilingsOfEachUser = ({ settings }: LimitsState): readonly Ceiling[] =>
  settings.ceilings.filter(({ scope }) => scope.of === 'user')

export const userOperations: readonly Operation[] = [listUsers, getUser, putUser]
