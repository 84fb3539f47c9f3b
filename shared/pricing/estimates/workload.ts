import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { Exact } from '../../money/exact.ts'
import { categories } from '../../usage/meters.ts'
import { quantitiesSchema } from '../../usage/quantities.ts'
import { nameSchema } from '../../usage/text.ts'
import { variantSchema } from '../../usage/variant.ts'

const chatLengths = ['short', 'medium', 'long'] as const

/**
 * Tokens of a chat, all its turns together.
 *
 * Source: seed page: `short` is its single chat with a short history, `long` one of its "longer chats (~8,000 tokens per
 * chat)"; `medium` is half way between.
 */
const tokensOfLength = {
  short: { inputTokens: 523, outputTokens: 1247 },
  medium: { inputTokens: 645, outputTokens: 4240 },
  long: { inputTokens: 767, outputTokens: 7233 },
} as const satisfies Record<(typeof chatLengths)[number], object>

/** A decimal from 0 on, as text: bounded, so that products of several stay exact. */
export function decimalSchema(of: { readonly digits: number; readonly decimals: number; readonly most?: number }) {
  const { digits, decimals, most } = of
  const wanted = `expected a decimal string with at most ${digits} digits before and ${decimals} behind the point${
    most === undefined ? '' : `, at most ${most}`
  }`
  return z.string(wanted).check(
    z.regex(new RegExp(`^(?:0|[1-9][0-9]{0,${digits - 1}})(?:\\.[0-9]{1,${decimals}})?$`), wanted),
    // Digits are few enough for a number to tell.
    ruled((text) => most === undefined || Number(text) <= most, wanted),
  )
}

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
    z.enum(['day', 'month']).check(said('A working day, or a month with any number of working days; default `day`')),
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
  toolCalls: z.optional(z.int().check(z.minimum(0), z.maximum(10_000), said('In one chat; default none'))),
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

/** A described month of people's work. Only the number of people is required. */
export const workloadSchema = z
  .strictObject({
    people: z.int().check(z.minimum(1), z.maximum(MOST_PEOPLE)),
    workdays: z.optional(
      decimalSchema({ digits: 2, decimals: 2, most: 31 }).check(
        said('Working days of a month, as a decimal string; default 21'),
      ),
    ),
    chats: many(chatSchema),
    images: many(z.strictObject({ ...oftenFields, ...serviceFields })),
    workflows: many(z.strictObject({ ...oftenFields, service: z.optional(nameSchema) })),
    usages: many(usageSchema),
  })
  .check(z.meta({ id: 'Workload' }))

export type Workload = z.infer<typeof workloadSchema>

const USUAL_WORKDAYS = '21'
const USUAL_WORKFLOW = 'platform/workflow-wizard'

/**
 * Fills in what a workload may leave out, and the tokens of named lengths. The result is a workload itself: an answer shows it, and
 * it can be changed and sent again.
 */
export function completeWorkload(given: Workload) {
  const { people, workdays = USUAL_WORKDAYS, chats = [], images = [], workflows = [], usages = [] } = given
  return {
    people,
    workdays,
    chats: chats.map(({ length, toolCalls = 0, models, ...often }) => ({
      ...complete(often),
      length: typeof length === 'string' ? tokensOfLength[length] : length,
      toolCalls,
      models,
    })),
    images: images.map(complete),
    workflows: workflows.map(({ service = USUAL_WORKFLOW, ...often }) => ({ ...complete(often), service })),
    usages: usages.map(complete),
  }
}

export type CompleteWorkload = ReturnType<typeof completeWorkload>

export interface Often {
  readonly times: string
  readonly per: 'day' | 'month'
}

const complete = <T extends { readonly per?: Often['per'] | undefined }>(often: T) => ({
  ...often,
  per: often.per ?? ('day' as const),
})
