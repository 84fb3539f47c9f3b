import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { Grant, LimitsLogEntry, Wish } from '../../ledger/entries/limits.ts'
import { amountText } from '../../money/amounts.ts'
import { instantText } from '../../time/instant.ts'
import type { Window } from '../../time/window.ts'
import { categories } from '../../usage/meters.ts'
import { amountSchema } from '../fields/amount.ts'
import { entryPlace } from '../fields/entry-place.ts'
import { timeSchema } from '../fields/time.ts'
import { limitSettingsSchema, limitSettingsShape } from '../limits/limit-settings.ts'

const made = { ...entryPlace, actor: z.string(), at: timeSchema }

export const windowShapeSchema = z
  .object({
    key: described(z.string(), 'No two windows have the same'),
    from: described(z.string(), 'Its first day'),
    to: described(z.string(), 'The first day after it'),
  })
  .check(z.meta({ id: 'Window', description: 'Whole days where the account is' }))

export const windowShape = ({ key, from, to }: Window) => ({ key, from, to })

/** What is asked for, or granted: a tier, an amount until the window ends, or nothing. */
export const grantSchema = z
  .object({ tier: z.optional(z.string()), amount: z.optional(amountSchema) })
  .check(
    z.meta({ id: 'Upgrade', description: 'A higher tier, or an amount more until the window ends; neither: nothing' }),
  )

export function grantShape(grant: Grant | Wish): z.infer<typeof grantSchema> {
  if (grant.kind === 'tier') return { tier: grant.tier }
  return grant.kind === 'amount' ? { amount: amountText(grant.credits) } : {}
}

const asked = {
  ...made,
  request: z.string(),
  user: z.string(),
  category: z.enum(categories),
  window: windowShapeSchema,
}

const limitsSchema = z
  .object({ kind: z.literal('limits'), ...made, limits: limitSettingsSchema, previous: z.int() })
  .check(z.meta({ id: 'LimitsEntry', description: 'All that is set about limits, from here on' }))

const userTiersSchema = z
  .object({
    kind: z.literal('user-tiers'),
    ...made,
    part: z.int(),
    tiers: z.array(z.object({ user: z.string(), tier: z.optional(z.string()) })),
  })
  .check(z.meta({ id: 'UserTiersEntry', description: 'Who is in which tier from here on; no tier: that of new users' }))

const requestSchema = z
  .object({ kind: z.literal('upgrade-request'), ...asked, nth: z.int(), wish: grantSchema, reason: z.string() })
  .check(z.meta({ id: 'UpgradeRequestEntry', description: 'A user at a limit asks for more' }))

const decisionSchema = z
  .object({ kind: z.literal('upgrade-decision'), ...asked, granted: grantSchema, word: z.optional(z.string()) })
  .check(z.meta({ id: 'UpgradeDecisionEntry', description: 'An admin decided; what is granted counts from here on' }))

export const limitEntrySchemas = [limitsSchema, userTiersSchema, requestSchema, decisionSchema] as const

export function limitEntryShape(
  entry: LimitsLogEntry,
  page: number,
  position: number,
): z.infer<(typeof limitEntrySchemas)[number]> {
  const place = { page, position, actor: entry.actor, at: instantText(entry.at) }
  switch (entry.kind) {
    case 'limits': {
      const { kind, settings, previous } = entry
      return { kind, ...place, limits: limitSettingsShape(settings, page), previous }
    }
    case 'user-tiers': {
      const tiers = entry.tiers.map(([user, tier]) => ({ user, tier }))
      return { kind: entry.kind, ...place, part: entry.part, tiers }
    }
    case 'upgrade-request': {
      const { kind, id: request, user, category, window, nth, wish, reason } = entry
      const what = { request, user, category, window: windowShape(window) }
      return { kind, ...place, ...what, nth, wish: grantShape(wish), reason }
    }
    case 'upgrade-decision': {
      const { kind, id: request, user, category, window, granted, word } = entry
      const what = { request, user, category, window: windowShape(window) }
      return { kind, ...place, ...what, granted: grantShape(granted), ...(word !== undefined && { word }) }
    }
  }
}
