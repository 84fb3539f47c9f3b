import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { windowShapeSchema } from '../credits/limit-entry.ts'
import { amountSchema } from '../fields/amount.ts'
import { timeSchema } from '../fields/time.ts'
import { shownCeilingSchema } from './limit-settings.ts'

/** What is spent of a ceiling. */
export const ceilingUsedSchema = z
  .object({
    ceiling: shownCeilingSchema,
    window: windowShapeSchema,
    resetsAt: timeSchema,
    group: z.optional(described(z.string(), 'Of a ceiling of each group: those that spent something, most first')),
    spent: z.optional(amountSchema),
    share: z.optional(described(z.string(), 'Percent of the limit, cut to a tenth')),
  })
  .check(z.meta({ id: 'CeilingUsed' }))
