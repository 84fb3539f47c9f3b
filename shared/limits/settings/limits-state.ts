import * as z from 'zod/mini'
import type { Entry } from '../../ledger/entries/entries.ts'
import { storedCredits } from '../../ledger/entries/entry-kind.ts'
import { type LimitSettings, standardLimits, storedLimitSettings } from '../../ledger/entries/limit-settings.ts'
import {
  storedGrant,
  storedWish,
  type UpgradeDecisionEntry,
  type UpgradeRequestEntry,
} from '../../ledger/entries/limits.ts'
import type { Page } from '../../ledger/page/page.ts'
import type { Credits } from '../../money/amounts.ts'
import type { DayOf } from '../../time/day.ts'
import type { Window } from '../../time/window.ts'
import { type Category, categories } from '../../usage/meters.ts'
import type { RequestState } from '../requests/upgrade-request.ts'

/** An amount more for one user and category, until a window ends. */
export interface Allowance {
  readonly user: string
  readonly category: Category
  readonly window: Window
  readonly credits: Credits
}

/**
 * The state of limits up to a page of an account's log. Users' tiers are kept apart, since there are many.
 *
 * Allowances and requests are kept until their window has ended.
 */
export interface LimitsState {
  readonly settings: LimitSettings
  /** The page that set them; 0: none did. */
  readonly version: number
  /** Whether a user was ever assigned a tier. */
  readonly hasUserTiers: boolean
  readonly allowances: readonly Allowance[]
  readonly requests: readonly RequestState[]
}

export const noLimitsYet: LimitsState = {
  settings: standardLimits,
  version: 0,
  hasUserTiers: false,
  allowances: [],
  requests: [],
}

/** There is no limit at all. */
export const isUnlimited = ({ settings, hasUserTiers }: LimitsState): boolean =>
  !hasUserTiers &&
  settings.ceilings.length === 0 &&
  (settings.tiers.find(({ id }) => id === settings.defaultTier)?.limits.size ?? 0) === 0

/**
 * The state of an account's limits after a page.
 *
 * It is the same in steps of any size: the next entry about requests drops expired ones, by its own time, not by a clock.
 */
export function foldLimits(state: LimitsState, { header, entries }: Page, dayOf: DayOf): LimitsState {
  let folded = state
  for (const entry of entries) folded = foldEntry(folded, entry, header.seq, dayOf)
  return folded
}

function foldEntry(state: LimitsState, entry: Entry, seq: number, dayOf: DayOf): LimitsState {
  switch (entry.kind) {
    case 'limits':
      return { ...state, settings: entry.settings, version: seq }
    case 'user-tiers':
      return { ...state, hasUserTiers: true }
    case 'upgrade-request':
      return requested(unexpired(state, dayOf(entry.at)), entry)
    case 'upgrade-decision':
      return decided(unexpired(state, dayOf(entry.at)), entry)
    default:
      return state
  }
}

const unexpired = (state: LimitsState, day: string): LimitsState => ({
  ...state,
  allowances: state.allowances.filter(({ window }) => day < window.to),
  requests: state.requests.filter(({ window }) => day < window.to),
})

function requested(state: LimitsState, entry: UpgradeRequestEntry): LimitsState {
  const { id, user, category, window, nth, wish, reason, at } = entry
  const request = { id, user, category, window, nth, wish, reason, at, granted: undefined, decidedBy: undefined }
  return { ...state, requests: [...state.requests, request] }
}

function decided(state: LimitsState, { id, user, category, window, granted, key }: UpgradeDecisionEntry): LimitsState {
  const requests = state.requests.map((one) => (one.id === id ? { ...one, granted, decidedBy: key } : one))
  if (granted.kind === 'tier') return { ...state, requests, hasUserTiers: true }
  if (granted.kind === 'nothing') return { ...state, requests }
  return { ...state, requests, allowances: [...state.allowances, { user, category, window, credits: granted.credits }] }
}

const window = z.readonly(z.object({ key: z.string(), from: z.string(), to: z.string() }))

/** As snapshots store it, in the order of the stored bytes. */
const storedState = z.object({
  version: z.number(),
  hasUserTiers: z.boolean(),
  settings: storedLimitSettings,
  allowances: z.readonly(
    z.array(z.object({ user: z.string(), category: z.enum(categories), window, credits: storedCredits })),
  ),
  requests: z.readonly(
    z.array(
      z.object({
        id: z.string(),
        user: z.string(),
        category: z.enum(categories),
        window,
        nth: z.number(),
        reason: z.string(),
        at: z.number(),
        wish: storedWish,
        granted: z.optional(storedGrant),
        decidedBy: z.optional(z.string()),
      }),
    ),
  ),
})

/**
 * The standard settings, as snapshots store them: from when the balance was not held by default. A snapshot of the same log keeps the
 * same bytes.
 */
const storedStandard: LimitSettings = { ...standardLimits, holdsBalance: false }

/** Canonical JSON: the same log gives the same bytes, folded at any time and in any number of steps. */
export const limitsText = (state: LimitsState): string =>
  JSON.stringify(z.encode(storedState, { ...state, settings: state.version === 0 ? storedStandard : state.settings }))

/** Reads what `limitsText` wrote. */
export function readLimits(text: string): LimitsState {
  const { requests, ...state } = z.decode(storedState, JSON.parse(text))
  return {
    ...state,
    settings: state.version === 0 ? standardLimits : state.settings,
    requests: requests.map(({ granted, decidedBy, ...request }) => ({ ...request, granted, decidedBy })),
  }
}
