import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { CreditEntry } from '../../ledger/entries/credit.ts'
import type { Entry } from '../../ledger/entries/entries.ts'
import { amountText } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import { instantText } from '../../time/instant.ts'
import { categories, meters } from '../../usage/meters.ts'
import { variantPairs } from '../../usage/variant.ts'
import { amountSchema } from '../fields/amount.ts'
import { entryPlace } from '../fields/entry-place.ts'
import { timeSchema } from '../fields/time.ts'
import { limitEntrySchemas, limitEntryShape } from './limit-entry.ts'
import { settingsFields, settingsShape, topUpEntrySchemas, topUpEntryShape } from './top-up-entry.ts'

const settingsOfEntry = { ...entryPlace, actor: z.string(), at: timeSchema, ...settingsFields }

const openSchema = z.object({ kind: z.literal('open'), ...settingsOfEntry }).check(z.meta({ id: 'OpenEntry' }))

const settingsSchema = z
  .object({ kind: z.literal('settings'), ...settingsOfEntry })
  .check(z.meta({ id: 'SettingsEntry', description: 'All settings of the account from here on' }))

const decided = {
  ...entryPlace,
  amount: amountSchema,
  actor: z.string(),
  approvedBy: described(z.optional(z.string()), 'The other operator who approved it, where the stage asks for one'),
  reason: z.string(),
  reference: z.optional(z.string()),
  at: timeSchema,
}

export const grantEntrySchema = z
  .object({ kind: z.literal('grant'), ...decided })
  .check(z.meta({ id: 'GrantEntry', description: 'Credits given' }))

export const adjustmentEntrySchema = z.object({ kind: z.literal('adjustment'), ...decided }).check(
  z.meta({
    id: 'AdjustmentEntry',
    description: 'Credits put right, in either direction: an amount with a minus was taken',
  }),
)

export const refundEntrySchema = z
  .object({ kind: z.literal('refund'), ...decided, of: z.object({ source: z.string(), id: z.string() }) })
  .check(
    z.meta({ id: 'RefundEntry', description: 'Credits of the charge `of` given back, all or some; once for each' }),
  )

export const reversalEntrySchema = z
  .object({ kind: z.literal('reversal'), ...decided, of: described(z.string(), 'The Idempotency-Key of the original') })
  .check(
    z.meta({
      id: 'ReversalEntry',
      description: 'A grant or adjustment taken back whole; once for each. The amount is as it changes the balance',
    }),
  )

const reratingEntrySchema = z
  .object({
    kind: z.literal('rerating'),
    ...decided,
    of: z.object({ source: z.string(), id: z.string() }),
    nth: described(z.int().check(z.minimum(1)), 'Counts the re-ratings of this charge'),
    rateCard: described(z.int().check(z.minimum(1)), 'The version whose price the charge has from here on'),
    time: described(timeSchema, 'Of the charge'),
    user: z.string(),
    group: z.optional(z.string()),
    category: z.enum(categories),
    service: z.string(),
  })
  .check(
    z.meta({
      id: 'ReratingEntry',
      description:
        'The charge `of` put right: the amount is what it had cost so far minus what it costs by the version, as it changes the balance',
    }),
  )

const restoreSchema = z
  .object({
    kind: z.literal('restore'),
    ...entryPlace,
    epoch: z.int(),
    actor: z.string(),
    reason: z.string(),
    at: timeSchema,
  })
  .check(z.meta({ id: 'RestoreEntry', description: 'The log was restored to the page before this one' }))

export const chargeFields = {
  kind: z.literal('charge'),
  ...entryPlace,
  source: z.string(),
  id: z.string(),
  time: timeSchema,
  user: z.string(),
  group: z.optional(z.string()),
  category: z.enum(categories),
  service: z.string(),
  variant: z.optional(z.record(z.string(), z.string())),
  quantities: described(z.partialRecord(z.enum(meters), z.string()), 'By meter, decimal strings'),
  reservation: z.optional(z.string()),
  rateCard: described(z.int().check(z.minimum(1)), 'The version that priced it'),
  amount: amountSchema,
}

const chargeSchema = z.object(chargeFields).check(z.meta({ id: 'ChargeEntry' }))

export const entrySchema = z
  .discriminatedUnion('kind', [
    openSchema,
    settingsSchema,
    grantEntrySchema,
    adjustmentEntrySchema,
    refundEntrySchema,
    reversalEntrySchema,
    reratingEntrySchema,
    chargeSchema,
    ...topUpEntrySchemas,
    ...limitEntrySchemas,
    restoreSchema,
  ])
  .check(z.meta({ id: 'Entry', description: 'One entry of the account log' }))

type Shown<S extends z.ZodMiniType> = z.infer<S>

/** An entry as the API shows it. */
export function entryShape(entry: Entry, page: number, position: number): Shown<typeof entrySchema> {
  switch (entry.kind) {
    case 'open':
    case 'settings': {
      const { kind, actor, at, settings } = entry
      return { kind, page, position, actor, at: instantText(at), ...settingsShape(settings) }
    }
    case 'top-up':
    case 'top-up-ended':
    case 'top-up-wanted':
    case 'top-up-not-paid':
    case 'top-up-retry':
    case 'payment-reversal':
    case 'reconciled':
      return topUpEntryShape(entry, page, position)
    case 'limits':
    case 'user-tiers':
    case 'upgrade-request':
    case 'upgrade-decision':
      return limitEntryShape(entry, page, position)
    case 'grant':
    case 'adjustment':
      return { kind: entry.kind, ...decisionShape(entry, page, position) }
    case 'refund':
      return { kind: 'refund', ...decisionShape(entry, page, position), of: entry.of }
    case 'reversal':
      return { kind: 'reversal', ...decisionShape(entry, page, position), of: entry.of }
    case 'rerating': {
      const { kind, of, nth, rateCard, time, user, group, category, service } = entry
      return {
        kind,
        ...decisionShape(entry, page, position),
        of,
        nth,
        rateCard,
        time: instantText(time),
        user,
        ...(group !== undefined && { group }),
        category,
        service,
      }
    }
    case 'restore': {
      const { kind, epoch, actor, reason, at } = entry
      return { kind, page, position, epoch, actor, reason, at: instantText(at) }
    }
    case 'charge':
      return chargeShape(entry, page, position)
  }
}

function decisionShape(entry: CreditEntry, page: number, position: number) {
  const { credits, actor, approvedBy, reason, reference, at } = entry
  return {
    page,
    position,
    amount: amountText(credits),
    actor,
    reason,
    approvedBy,
    reference,
    at: instantText(at),
  }
}

export function chargeShape(
  entry: Extract<Entry, { kind: 'charge' }>,
  page: number,
  position: number,
): Shown<typeof chargeSchema> {
  const { source, id, user, group, category, service, reservation, rateCard } = entry
  const variant = variantPairs(entry.variant)
  return {
    kind: 'charge',
    page,
    position,
    source,
    id,
    time: instantText(entry.time),
    user,
    group,
    category,
    service,
    variant,
    quantities: Object.fromEntries([...entry.quantities].map(([meter, quantity]) => [meter, plain(quantity)])),
    reservation,
    rateCard,
    amount: amountText(entry.credits),
  }
}
