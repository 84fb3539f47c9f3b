import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { accountSchema, nameSchema } from '../../usage/text.ts'
import { givenLevelSchema, levelsSchema } from '../fields/given-amount.ts'
import { timeSchema, timeZoneSchema } from '../fields/time.ts'

const LEVELS = 10

export const accountPathSchema = z.strictObject({ account: described(accountSchema, 'The account') })

export const openAccountSchema = z
  .strictObject({
    account: described(accountSchema, 'Its id, for ever: lower-case letters, digits and hyphens'),
    name: nameSchema,
    timeZone: z.optional(described(timeZoneSchema, 'The zone of its days and months; default Europe/Berlin')),
    lowBalanceLevels: z.optional(
      described(
        z.array(givenLevelSchema).check(z.maxLength(LEVELS, `expected at most ${LEVELS} levels`)),
        'A notice goes out once when the balance falls below one of them. Default: 0, and until the top-up settings change it also 20 % and 10 % of the newest top-up. In any order.',
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
    lowBalanceLevels: levelsSchema,
    openedAt: timeSchema,
  })
  .check(z.meta({ id: 'Account' }))
