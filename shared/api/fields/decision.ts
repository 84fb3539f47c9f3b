import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { GrantEntry } from '../../ledger/entries/credit.ts'
import { nameSchema, sentenceSchema } from '../../usage/text.ts'
import { amountSchema } from './amount.ts'

/** What everybody says who moves credits. */
export const decisionFields = {
  reason: described(sentenceSchema, 'Why; stands in the log'),
  reference: z.optional(described(nameSchema, 'An invoice or ticket')),
}

/** The answer to it. */
export const decidedSchema = <S extends z.ZodMiniType>(entry: S) => z.object({ entry, balance: amountSchema })

/** Who decided what, when and why, as it stands in the log. */
export const decisionOf = (
  {
    body,
    key,
  }: { readonly body: { readonly reason: string; readonly reference?: string | undefined }; readonly key: string },
  { caller, tools }: { readonly caller: { readonly subject: string }; readonly tools: { readonly now: () => number } },
): Pick<GrantEntry, 'key' | 'actor' | 'at' | 'reason' | 'reference'> => ({
  key,
  actor: caller.subject,
  at: tools.now(),
  reason: body.reason,
  reference: body.reference,
})
