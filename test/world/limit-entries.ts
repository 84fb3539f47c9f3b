import {
  type Ceiling,
  type LimitSettings,
  standardLimits,
  type Tier,
} from '../../shared/ledger/entries/limit-settings.ts'
import type { Grant, LimitsEntry, UpgradeDecisionEntry, UserTiersEntry } from '../../shared/ledger/entries/limits.ts'
import { credits } from '../../shared/money/amounts.ts'
import { windowOf } from '../../shared/time/window.ts'
import type { Category } from '../../shared/usage/meters.ts'
import { NOON } from './pages.ts'

let keys = 0
const made = (at: number) => ({ key: `key-${++keys}`, actor: 'olga', at })

/** A tier with so many credits for each category named. */
export const tier = (id: string, limits: Partial<Record<Category, string>>): Tier => ({
  id,
  name: id,
  isArchived: false,
  limits: new Map(Object.entries(limits).map(([category, limit]) => [category as Category, credits(limit)] as const)),
})

/** Over all of the account in a calendar month, unless told. */
export const ceiling = (id: string, limit: string, changes: Partial<Ceiling> = {}): Ceiling => ({
  id,
  name: id,
  scope: { of: 'account' },
  category: undefined,
  service: undefined,
  window: { kind: 'month' },
  limit: credits(limit),
  ...changes,
})

/** Limits that are set; without any, nobody has one. */
export const limited = (changes: Partial<LimitSettings> = {}, at = NOON): LimitsEntry => ({
  kind: 'limits',
  ...made(at),
  previous: 0,
  settings: { ...standardLimits, ...changes },
})

export const assigned = (tiers: Readonly<Record<string, string | undefined>>, at = NOON): UserTiersEntry => ({
  kind: 'user-tiers',
  ...made(at),
  part: 1,
  tiers: Object.entries(tiers),
})

/** What an admin granted a user until the calendar month ends. */
export const granting = (user: string, granted: Grant, day = '2026-11-23', at = NOON): UpgradeDecisionEntry => ({
  kind: 'upgrade-decision',
  ...made(at),
  id: `request-of-${user}`,
  user,
  category: 'text',
  granted,
  window: windowOf({ kind: 'month' }, day),
  word: undefined,
})
