import * as z from 'zod/mini'
import { type Approval, approvalState, approvalStates, expiryOf } from '../../approvals/approval.ts'
import type { ProblemCode } from '../../errors/problems.ts'
import type { Answer } from '../../http/answer.ts'
import { described } from '../../http/described.ts'
import { answer } from '../../http/operation.ts'
import { amountText } from '../../money/amounts.ts'
import { type Instant, instantText } from '../../time/instant.ts'
import { amountSchema } from '../fields/amount.ts'
import { entryPlace } from '../fields/entry-place.ts'
import { timeSchema } from '../fields/time.ts'

const kinds = ['grant', 'adjustment', 'refund', 'reversal', 'invoice'] as const

export const approvalSchema = z
  .object({
    approval: described(z.string(), 'Its id'),
    account: z.string(),
    kind: described(z.string(), `What was asked for: ${kinds.join(', ')}`),
    amount: amountSchema,
    reason: z.optional(described(z.string(), 'An invoice has none')),
    reference: z.optional(described(z.string(), 'Of an invoice, its number')),
    dueOn: z.optional(described(z.string(), 'The day by which the invoice is to be paid')),
    of: described(
      z.optional(z.union([z.string(), z.object({ source: z.string(), id: z.string() })])),
      'The charge that a refund gives back, or the Idempotency-Key of what a reversal takes back',
    ),
    askedBy: z.string(),
    askedAt: timeSchema,
    expiresAt: described(timeSchema, 'From then on it can not be decided'),
    state: described(
      z.enum(approvalStates),
      '`approved`: not written yet; send the decision again. `failed`: approved, and refused when it was written',
    ),
    decidedBy: z.optional(z.string()),
    decidedAt: z.optional(timeSchema),
    word: z.optional(z.string()),
    entry: described(z.optional(z.object(entryPlace)), 'Where it stands in the log, once it is written'),
    failure: described(
      z.optional(z.object({ code: z.string(), detail: z.string() })),
      'Why it could not be written, where it was approved and `failed`: the problem that refused it',
    ),
  })
  .check(z.meta({ id: 'Approval', description: 'What waits for a second operator, and what became of it' }))

export function approvalShape(approval: Approval, now: Instant): z.infer<typeof approvalSchema> {
  const { id, account, asked, decision, place, failure } = approval
  const { kind, credits, reference, actor, at } = asked
  return {
    approval: id,
    account,
    kind,
    amount: amountText(credits),
    ...(asked.kind === 'invoice' ? { dueOn: asked.dueOn } : { reason: asked.reason }),
    reference,
    of: 'of' in asked ? asked.of : undefined,
    askedBy: actor,
    askedAt: instantText(at),
    expiresAt: instantText(expiryOf(approval)),
    state: approvalState(approval, now),
    ...(decision && { decidedBy: decision.by, decidedAt: instantText(decision.at) }),
    word: decision?.word,
    entry: place,
    failure,
  }
}

export const approvalExample: z.infer<typeof approvalSchema> = {
  approval: 'Zk3n0PqLrS8tUvWxYz012A',
  account: 'acme',
  kind: 'grant',
  amount: { eur: '5000.00', credits: '500000' },
  reason: 'annual contract',
  reference: 'INV-17',
  askedBy: 'olga',
  askedAt: '2026-11-23T10:15:30.123Z',
  expiresAt: '2026-11-30T10:15:30.123Z',
  state: 'pending',
}

/** The answer of a route that waits for a second operator, where the stage says so. */
export const waitingAnswer = answer(
  202,
  'Above the stage’s amount: waits for another operator; sent again with its key it finds what became of it',
  z.object({ approval: approvalSchema }),
  { approval: approvalExample },
)

export const approvalProblems = [
  'approval.rejected',
  'approval.expired',
  'approval.failed',
] as const satisfies readonly ProblemCode[]

/** Of what waits, nothing is kept: the same key asks again what became of it. */
export const isCreditFinal = ({ status }: Answer): boolean => status !== 202
