import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { Exact } from '../../money/exact.ts'
import { categories } from '../../usage/meters.ts'
import { quantitiesSchema } from '../../usage/quantities.ts'
import { nameSchema } from '../../usage/text.ts'
import { variantSchema } from '../../usage/variant.ts'
import { chatLengths } from './chat-lengths.ts'
import { decimalSchema } from './decimal.ts'

const MOST_PEOPLE = 1_000_000
const MOST_OF_A_KIND = 50
const MOST_MODELS = 20

const timesSchema = decimalSchema({ digits: 6, decimals: 4 })
const shareSchema = decimalSchema({ digits: 1, decimals: 6 })
const tokensSchema = z.int().check(z.minimum(0), z.maximum(1_000_000_000))

const said = (description: string) => z.meta({ description })

/** How often a person does it. */
const oftenFields = {
  times: timesSchema.check(said('How often a person does it, as a decimal string: "0.5" a day is every other day')),
  per: z.optional(
    z.enum(['day', 'month']).check(said('A working day, or a month whatever its working days; `day` unless told')),
  ),
}

const mixSchema = z
  .array(z.strictObject({ service: nameSchema, share: shareSchema }))
  .check(
    z.minLength(1, 'expected at least one model'),
    z.maxLength(MOST_MODELS, `expected at most ${MOST_MODELS} models`),
    ruled(isWhole, 'the shares do not add up to 1; expected decimal strings whose sum is exactly 1'),
    said('Which part of the chats goes to which model; the shares add up to exactly 1'),
  )

function isWhole(mix: readonly { readonly share: string }[]): boolean {
  return mix.reduce((sum, { share }) => sum.plus(share), new Exact(0)).eq(1)
}

const chatSchema = z.strictObject({
  ...oftenFields,
  length: z
    .union(
      [z.enum(chatLengths), z.strictObject({ inputTokens: tokensSchema, outputTokens: tokensSchema })],
      'expected short, medium, long, or {"inputTokens": 523, "outputTokens": 1247}',
    )
    .check(said('Of one chat, all its turns together: a name, or the tokens')),
  toolCalls: z.optional(z.int().check(z.minimum(0), z.maximum(10_000), said('In one chat; none unless told'))),
  models: mixSchema,
})

const serviceFields = { service: nameSchema, variant: z.optional(variantSchema) }

const usageSchema = z.strictObject({
  ...oftenFields,
  ...serviceFields,
  category: z.enum(categories),
  quantities: quantitiesSchema.check(said('Of one use, as a usage event says it')),
})

const many = <S extends z.ZodMiniType>(schema: S) =>
  z.optional(z.array(schema).check(z.maxLength(MOST_OF_A_KIND, `expected at most ${MOST_OF_A_KIND}`)))

/** What people do in a month, as it is described. Everything but the people may be left out. */
export const workloadSchema = z
  .strictObject({
    people: z.int().check(z.minimum(1), z.maximum(MOST_PEOPLE)),
    workdays: z.optional(
      decimalSchema({ digits: 2, decimals: 2, most: 31 }).check(
        said('Working days of a month, as a decimal string; 21 unless told'),
      ),
    ),
    chats: many(chatSchema),
    images: many(z.strictObject({ ...oftenFields, ...serviceFields })),
    workflows: many(z.strictObject({ ...oftenFields, service: z.optional(nameSchema) })),
    usages: many(usageSchema),
  })
  .check(z.meta({ id: 'Workload' }))

export type Workload = z.infer<typeof workloadSchema>
