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
    timeZone: z.optional(described(timeZoneSchema, 'Where its days and months begin; Europe/Berlin unless told')),
    lowBalanceLevels: z.optional(
      described(
        z.array(givenLevelSchema).check(z.maxLength(LEVELS, `expected at most ${LEVELS} levels`)),
        'A notice goes out when the balance falls below one of them, and below 20 % and 10 % of the newest top-up until the top-up settings say otherwise; each once, in any order; 0 unless told',
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
