import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import { answer, type Operation, writing } from '../../http/operation.ts'
import { type AssignmentPlan, lineFaultText } from '../../limits/settings/plan-assignments.ts'
import { nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { userExample, userSchema, userShape } from './users.ts'

export const MOST_ASSIGNMENTS = 10_000
const MOST_CHARACTERS = 3_000_000
/** Of each list; the numbers are of all. */
const SHOWN = 100

export const tierAssignmentsSchema = z
  .strictObject({
    csv: z.optional(
      described(
        z.string().check(z.maxLength(MOST_CHARACTERS)),
        'Lines `user,tier` under this header, or `tier,user`, or with semicolons; an empty tier is that of new users',
      ),
    ),
    assignments: z.optional(
      z
        .array(
          z.strictObject({ user: nameSchema, tier: described(z.nullable(nameSchema), '`null`: that of new users') }),
        )
        .check(z.minLength(1), z.maxLength(MOST_ASSIGNMENTS, `expected at most ${MOST_ASSIGNMENTS} users`)),
    ),
    preview: described(z.boolean(), '`true`: say what it would change, and change nothing'),
  })
  .check(
    ruled(({ csv, assignments }) => (csv === undefined) !== (assignments === undefined), {
      error: 'expected either "csv" or "assignments"',
    }),
    z.meta({ id: 'AssignTiers' }),
  )

const faultSchema = z
  .object({
    kind: z.enum(['malformed', 'doubled', 'unknown-tier', 'archived-tier']),
    line: described(z.int(), 'Of the table, the header counted; of a list its place, from 1'),
    user: z.optional(z.string()),
    detail: z.string(),
  })
  .check(z.meta({ id: 'AssignmentFault' }))

const tierSchema = z.optional(described(z.string(), 'Absent: that of new users'))

const assignedSchema = z
  .object({
    applied: z.boolean(),
    users: described(z.int(), 'Lines that say who comes where'),
    moves: described(
      z.array(z.object({ from: tierSchema, to: tierSchema, users: z.int() })),
      'How many users go from which tier to which',
    ),
    unchanged: described(z.int(), 'Users who are there already'),
    wrong: z.object({ lines: z.int(), first: z.array(faultSchema) }),
    over: z.object({
      users: described(z.int(), 'Users who have then spent all of some limit, or more'),
      first: z.array(userSchema),
    }),
  })
  .check(z.meta({ id: 'TierAssignments' }))

/** What assignments change, or would. */
export const assignedShape = (users: number, { moves, unchanged, faults, over }: AssignmentPlan, applied: boolean) => ({
  applied,
  users,
  unchanged,
  moves: moves.map(({ from, to, users: many }) => ({
    from,
    to,
    users: many,
  })),
  wrong: {
    lines: faults.length,
    first: faults.slice(0, SHOWN).map((fault) => ({
      kind: fault.kind,
      line: fault.line,
      detail: lineFaultText(fault),
      user: fault.kind === 'malformed' ? undefined : fault.user,
    })),
  },
  over: { users: over.length, first: over.slice(0, SHOWN).map(userShape) },
})

const assignedExample: z.infer<typeof assignedSchema> = {
  applied: false,
  users: 3,
  moves: [{ to: 'low', users: 2 }],
  unchanged: 0,
  wrong: { lines: 1, first: [{ kind: 'unknown-tier', line: 4, user: 'u-3', detail: 'there is no tier gold' }] },
  over: { users: 1, first: [userExample] },
}

export const assignTiers = writing({
  operationId: 'assignTiers',
  route: 'POST /v1/accounts/{account}/tier-assignments',
  scope: 'account:admin',
  tag: 'Limits',
  summary: 'Put many users into tiers',
  description:
    'At most 10,000 users, by a table or a list. A preview says what would change, which lines are wrong and why, and who would be over a limit. With `preview: false` all of them are written, or none: a wrong line refuses the whole.',
  params: accountPathSchema,
  body: {
    schema: tierAssignmentsSchema,
    example: { csv: 'user,tier\nu-17,low\nu-18,\n', preview: true },
  },
  answers: [answer(200, 'What it changes', assignedSchema, assignedExample)],
  problems: ['tier-assignments.wrong', 'limits.no-such-tier'],
})

export const tierAssignmentOperations: readonly Operation[] = [assignTiers]
