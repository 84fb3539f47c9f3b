import * as z from 'zod/mini'
import { accountSchema, nameSchema } from '../../../shared/usage/text.ts'
import { levelSchema } from './amount.ts'
import { described } from './described.ts'
import { timeSchema, timeZoneSchema } from './time.ts'

const LEVELS = 10

export const accountPathSchema = z.strictObject({ account: described(accountSchema, 'The account') })

export const openAccountSchema = z
  .strictObject({
    account: described(accountSchema, 'Its id, for ever: lower-case letters, digits and hyphens'),
    name: nameSchema,
    timeZone: z.optional(described(timeZoneSchema, 'Where its days and months begin; Europe/Berlin unless told')),
    lowBalanceLevels: z.optional(
      described(
        z.array(levelSchema).check(z.maxLength(LEVELS, `expected at most ${LEVELS} levels`)),
        'Credits: a notice goes out when the balance falls below one of them',
      ),
    ),
  })
  .check(z.meta({ id: 'OpenAccount' }))

export const accountAnswerSchema = z
  .object({
    account: accountSchema,
    name: z.string(),
    timeZone: timeZoneSchema,
    currency: z.literal('EUR'),
    openedAt: timeSchema,
  })
  .check(z.meta({ id: 'Account' }))
