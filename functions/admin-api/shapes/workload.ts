import * as z from 'zod/mini'
import { type ChatLength, chatLengths, presets, tokens } from '../../../shared/estimates/presets.ts'
import type { Activity, Spread, Workload } from '../../../shared/estimates/workload.ts'
import { Exact, exact } from '../../../shared/money/exact.ts'
import { categories } from '../../../shared/usage/meters.ts'
import { quantitiesSchema, readQuantities } from '../../../shared/usage/quantities.ts'
import { nameSchema } from '../../../shared/usage/text.ts'
import { noVariant, variantOf, variantSchema } from '../../../shared/usage/variant.ts'
import { refusal } from '../refusal.ts'
import { described } from './described.ts'

const COUNT = /^(?:0|[1-9]\d{0,6})(?:\.\d{1,6})?$/
const countSchema = (what: string) =>
  described(z.string().check(z.regex(COUNT, 'expected a decimal string such as "30" or "0.5"')), what)

const often = countSchema('How often a person and working day, on the average')
const ACTIVITIES = 50

const usageSchema = z.strictObject({
  name: z.optional(nameSchema),
  category: z.enum(categories),
  service: nameSchema,
  variant: z.optional(variantSchema),
  quantities: described(quantitiesSchema, 'What one event of it uses'),
  perPersonAndDay: often,
})

const chatsSchema = z.strictObject({
  perPersonAndDay: often,
  length: described(
    z.enum(Object.keys(chatLengths) as [ChatLength, ...ChatLength[]]),
    'Tokens of one chat: short 523 in and 1,247 out, medium 645 and 4,240, long 767 and 7,233',
  ),
  models: described(
    z
      .array(z.strictObject({ service: nameSchema, share: countSchema('Of all chats; together 1') }))
      .check(z.minLength(1), z.maxLength(ACTIVITIES)),
    'Which models answer them',
  ),
})

export const workloadSchema = z
  .strictObject({
    people: z.int().check(z.minimum(1), z.maximum(1_000_000)),
    workdays: described(z.int().check(z.minimum(1), z.maximum(31)), 'Working days a month'),
    preset: described(
      z.optional(z.enum(Object.keys(presets) as [string, ...string[]])),
      'What one person does on one day: `workday` is that of the price page, 7.24 € at its prices',
    ),
    chats: z.optional(z.array(chatsSchema).check(z.maxLength(ACTIVITIES))),
    usage: described(
      z.optional(z.array(usageSchema).check(z.maxLength(ACTIVITIES))),
      'Anything else: images, workflows, transcription, translation',
    ),
  })
  .check(z.meta({ id: 'Workload' }))

export const spreadSchema = z
  .strictObject({ low: countSchema('Factor on the number of events'), high: countSchema('The same') })
  .check(z.meta({ id: 'Spread', description: 'How far it may be off; 0.7 and 1.5 unless told' }))

export const readSpread = (given: z.infer<typeof spreadSchema> | undefined): Spread => ({
  low: exact(given?.low ?? '0.7'),
  high: exact(given?.high ?? '1.5'),
})

/** @throws Problem when the shares of models are not the whole, or nothing is described */
export function readWorkload(given: z.infer<typeof workloadSchema>, pointer = ''): Workload {
  const activities: readonly Activity[] = [
    ...(given.preset === undefined ? [] : (presets[given.preset] ?? [])),
    ...(given.chats ?? []).flatMap((chats, place) => chatsOf(chats, `${pointer}/chats/${place}`)),
    ...(given.usage ?? []).map(activityOf),
  ]
  if (activities.length === 0) {
    const detail = 'describes nothing; expected a preset, chats or usage'
    throw refusal('request.body', [{ pointer, detail }])
  }
  return { people: new Exact(given.people), days: new Exact(given.workdays), activities }
}

function chatsOf(
  { perPersonAndDay, length, models }: z.infer<typeof chatsSchema>,
  pointer: string,
): readonly Activity[] {
  const whole = models.reduce((sum, { share }) => sum.plus(exact(share)), exact('0'))
  if (!whole.eq(1)) {
    const detail = `the shares of the models add up to ${whole.toFixed()}; expected 1`
    throw refusal('request.body', [{ pointer: `${pointer}/models`, detail }])
  }
  const { input, output } = chatLengths[length]
  return models.map(({ service, share }) => ({
    name: `${length} chats`,
    usage: { category: 'text', service, variant: noVariant, quantities: tokens(input, output) },
    perPersonAndDay: exact(perPersonAndDay).times(exact(share)),
  }))
}

const activityOf = ({
  name,
  category,
  service,
  variant,
  quantities,
  perPersonAndDay,
}: z.infer<typeof usageSchema>): Activity => ({
  name: name ?? service,
  usage: { category, service, variant: variantOf(variant), quantities: readQuantities(quantities) },
  perPersonAndDay: exact(perPersonAndDay),
})
