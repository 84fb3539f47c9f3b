import { checkSuccession } from '../../ledger/page/check-page.ts'
import type { Page } from '../../ledger/page/page.ts'
import type { Credits } from '../../money/amounts.ts'
import { SnapshotMoved } from '../../spend/errors.ts'
import type { Spenders } from '../../spend/io/loaded-month.ts'
import { LoadedSpend, type SpendPlace } from '../../spend/io/loaded-spend.ts'
import { LIMITS_PART, readPart, type SnapshotsTable, userTiersPart } from '../../spend/io/snapshots-table.ts'
import type { Counted } from '../../spend/selector.ts'
import type { DayOf } from '../../time/day.ts'
import {
  changeUserTiers,
  foldLimits,
  type LimitsState,
  noLimitsYet,
  readLimits,
  readUserTiers,
  type UserTiers,
  userTierChanges,
} from '../settings/limits-state.ts'
import { shardOf, splitByShard, USER_SHARDS } from '../settings/user-shards.ts'

/** Where a fold begins. */
export interface FoldStart {
  readonly account: string
  /** Whose days the account counts by. */
  readonly timeZone: string
  readonly dayOf: DayOf
  /** The page that the snapshots' cursor stands at; `undefined`: nothing was folded yet. */
  readonly before: Page | undefined
}

/**
 * One account's fold of its log: its snapshot, and every page after it, taken in as they come.
 *
 * Parts of the snapshot are read when somebody asks for them. Each stands at a page of its own, and pages after that are added
 * to it, so whatever is loaded when, it is the fold of the log up to `seq()`; a part that stands further on says so by `furthest()`.
 */
export interface AccountFold {
  readonly account: string
  readonly timeZone: string
  readonly dayOf: DayOf
  readonly head: () => Page | undefined
  /** The newest page taken in; 0: none. */
  readonly seq: () => number
  /** The newest page that any loaded part holds. Where it is above `seq()`, amounts are of no one page yet. */
  readonly furthest: () => number
  /** @throws BrokenChain when it does not follow the head */
  readonly take: (page: Page) => void
  readonly limits: () => LimitsState
  /** Reads what is not there yet. */
  readonly load: (places: readonly SpendPlace[], users: readonly string[]) => Promise<void>
  /** Reads all of a month, and all tiers; answers with everybody who spent in it. */
  readonly loadAll: (month: string) => Promise<Spenders>
  /** What a limit counts, of what was loaded. */
  readonly spent: (limit: Counted) => Credits
  /** What a user's loaded spend of a month is recognized by: another object with every amount. */
  readonly markOf: (user: string, month: string) => object | undefined
  /** The tier that a user was assigned, of those loaded; `undefined`: none. */
  readonly assignedTier: (user: string) => string | undefined
  /** All users that were assigned a tier; everything must be loaded. */
  readonly assignments: () => UserTiers
  /** The newest page, of those taken in and those looked back at, that charged an event which names a reservation. */
  readonly chargedAt: (reservation: string) => number | undefined
  /** Every page after `to` is known by what it charged of reservations; so many entries were looked back at. */
  readonly lookedBack: () => { readonly to: number; readonly entries: number }
  /** Takes in what the page that ends what is known charged of reservations, and nothing else; any other page is left. */
  readonly takeEarlier: (page: Page) => void
  /** The page that this began at. */
  readonly since: number
  /** How much is kept, in entries. */
  readonly size: () => number
}

/** Reads what stands of an account's limits, and begins to fold. */
export async function openFold(
  snapshots: SnapshotsTable,
  { account, timeZone, dayOf, before }: FoldStart,
): Promise<AccountFold> {
  const since = before?.header.seq ?? 0
  const recent: Page[] = []
  const reservations = new Map<string, number>()
  const lookedBack = { to: since, entries: 0 }
  const shards = new Map<number, { readonly seq: number; readonly tiers: UserTiers }>()
  const spend = new LoadedSpend({ snapshots, account, dayOf, since }, recent)
  const stored = await readPart(snapshots, account, LIMITS_PART)
  let limits = stored === undefined ? noLimitsYet : readLimits(stored.text)
  let head = before
  let recentEntries = 0

  const takeTiers = (page: Page): void => {
    for (const [shard, changes] of splitByShard(userTierChanges([page]))) {
      const held = shards.get(shard)
      if (held === undefined || page.header.seq <= held.seq) continue
      shards.set(shard, { ...held, tiers: changeUserTiers(held.tiers, changes) })
    }
  }

  const loadShard = async (shard: number): Promise<void> => {
    if (shards.has(shard)) return
    const part = await readPart(snapshots, account, userTiersPart(shard))
    if (shards.has(shard)) return
    const seq = part?.seq ?? since
    const changes = splitByShard(userTierChanges(recent.filter(({ header }) => header.seq > seq))).get(shard)
    const tiers = part === undefined ? new Map() : readUserTiers(part.text)
    shards.set(shard, { seq, tiers: changeUserTiers(tiers, changes ?? new Map()) })
  }

  return {
    account,
    timeZone,
    dayOf,
    since,
    head: () => head,
    seq: () => head?.header.seq ?? 0,
    furthest: () =>
      Math.max(
        head?.header.seq ?? 0,
        stored?.seq ?? 0,
        spend.furthest(),
        ...[...shards.values()].map(({ seq }) => seq),
      ),
    take: (page) => {
      checkSuccession(head, page)
      head = page
      recent.push(page)
      recentEntries += page.entries.length + 1
      if (page.header.seq > (stored?.seq ?? 0)) limits = foldLimits(limits, page, dayOf)
      takeTiers(page)
      spend.take(page)
      for (const id of chargedBy(page)) reservations.set(id, page.header.seq)
    },
    limits: () => limits,
    load: async (places, users) => {
      if (limits.hasUserTiers) await Promise.all([...new Set(users.map(shardOf))].map(loadShard))
      await spend.load(places)
    },
    loadAll: async (month) => {
      await Promise.all(Array.from({ length: USER_SHARDS }, (_, shard) => loadShard(shard)))
      return spend.loadAll(month)
    },
    spent: (counted) => spend.spent(counted),
    markOf: (user, month) => spend.markOf(user, month),
    assignedTier: (user) => {
      if (!limits.hasUserTiers) return undefined
      const shard = shards.get(shardOf(user))
      if (shard === undefined) throw new SnapshotMoved(account)
      return shard.tiers.get(user)
    },
    assignments: () => new Map([...shards.values()].flatMap(({ tiers }) => [...tiers])),
    chargedAt: (reservation) => reservations.get(reservation),
    lookedBack: () => lookedBack,
    takeEarlier: (page) => {
      if (page.header.seq !== lookedBack.to) return
      for (const id of chargedBy(page)) if (!reservations.has(id)) reservations.set(id, page.header.seq)
      lookedBack.to -= 1
      lookedBack.entries += page.entries.length + 1
    },
    size: () => {
      const users = [...shards.values()].reduce((sum, { tiers }) => sum + tiers.size, spend.size())
      const entries = LEAST_ENTRIES + (before?.entries.length ?? 0) + recentEntries + reservations.size
      return entries + users * ENTRIES_OF_SPEND
    },
  }
}

const chargedBy = ({ entries }: Page): readonly string[] =>
  entries.flatMap((entry) => (entry.kind === 'charge' && entry.reservation !== undefined ? [entry.reservation] : []))

/** One spender's month takes about as much memory as so many entries. */
const ENTRIES_OF_SPEND = 4
/** Of an account that nothing is known of yet: its settings, and room for what is made of them. */
const LEAST_ENTRIES = 50
