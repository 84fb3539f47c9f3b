import * as z from 'zod/mini'
import { type Credits, euros, toCredits } from '../money/amounts.ts'

/** 1,000 €, of a stage that asks for approvals and says no amount. */
const USUAL_ABOVE = '1000.00'

const schema = z.strictObject({
  above: z._default(
    z.string().check(z.regex(/^(?:0|[1-9]\d{0,8})(?:\.\d{1,2})?$/, 'expected euros such as "1000.00"')),
    USUAL_ABOVE,
  ),
})

/** The decisions of a stage's operators that need a second approval. */
export interface ApprovalSettings {
  /** Decisions that move more than this, in either direction. */
  readonly above: Credits
}

/** @throws Error that says where the settings of a stage are wrong */
export function readApprovalSettings(given: unknown): ApprovalSettings {
  const { success, data, error } = schema.safeParse(given)
  if (success) return { above: toCredits(euros(data.above)) }
  const [issue] = error.issues
  throw new Error(`the approvals of this stage, at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'are wrong'}`)
}

/** Whether a decision that moves so much waits for a second operator. */
export const needsApproval = (settings: ApprovalSettings | undefined, credits: Credits): settings is ApprovalSettings =>
  settings !== undefined && credits.abs().gt(settings.above)
