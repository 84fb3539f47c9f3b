import type { Entry, UpgradeDecisionEntry, UpgradeRequestEntry } from '../../ledger/entries/entry.ts'
import type { Page } from '../../ledger/page/page.ts'
import type { DayOf } from '../../time/day.ts'
import type { LimitsState } from './limits-state.ts'

/**
 * The state of an account's limits after a page.
 *
 * The same in steps of any size: what has expired is dropped by the time of the next entry about requests, not by a clock.
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

/** Who is in which tier; users nobody assigned are missing. */
export type UserTiers = ReadonlyMap<string, string>

/** What pages change of users' tiers, the newest word of each user; `undefined`: nobody's any more. */
export function userTierChanges(pages: readonly Page[]): ReadonlyMap<string, string | undefined> {
  const changes = new Map<string, string | undefined>()
  for (const entry of pages.flatMap(({ entries }) => entries)) {
    if (entry.kind === 'user-tiers') for (const [user, tier] of entry.tiers) changes.set(user, tier)
    if (entry.kind === 'upgrade-decision' && entry.granted.kind === 'tier') changes.set(entry.user, entry.granted.tier)
  }
  return changes
}

export function changeUserTiers(tiers: UserTiers, changes: ReadonlyMap<string, string | undefined>): UserTiers {
  const changed = new Map(tiers)
  for (const [user, tier] of changes) {
    if (tier === undefined) changed.delete(user)
    else changed.set(user, tier)
  }
  return changed
}
