import { checkSuccession, type Page } from '../../ledger/page/page.ts'
import type { Credits } from '../../money/amounts.ts'
import { SnapshotMoved } from '../../spend/errors.ts'
import type { Spenders } from '../../spend/io/loaded-month.ts'
import { LoadedSpend, type SpendPlace } from '../../spend/io/loaded-spend.ts'
import { LIMITS_PART, type Part, readPart, type SnapshotsTable, userTiersPart } from '../../spend/io/snapshots-table.ts'
import type { Counted } from '../../spend/selector.ts'
import type { DayOf } from '../../time/day.ts'
import { foldLimits, type LimitsState, noLimitsYet, readLimits } from '../settings/limits-state.ts'
import {
  changeUserTiers,
  readUserTiers,
  shardOf,
  splitByShard,
  USER_SHARDS,
  type UserTiers,
  userTierChanges,
} from '../settings/user-tiers.ts'

/** Where a fold begins. */
interface FoldStart {
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
 * Parts of the snapshot are read when they are asked for. Each stands at a page of its own, and later pages are added to it, so
 * with any order of loading, it is the fold of the log up to `seq()`. `furthest()` says where a part is further on.
 */
export class AccountFold {
  readonly account: string
  readonly timeZone: string
  readonly dayOf: DayOf
  /** The page that this began at. */
  readonly since: number
  readonly #snapshots: SnapshotsTable
  /** Entries of the page that it began at. */
  readonly #firstEntries: number
  readonly #recent: Page[] = []
  #recentEntries = 0
  #head: Page | undefined
  /** The page that the stored limits stand at. */
  readonly #limitsSeq: number
  #limits: LimitsState
  readonly #shards = new Map<number, { readonly seq: number; readonly tiers: UserTiers }>()
  readonly #spend: LoadedSpend
  /** By reservation: the newest page that charged an event which names it. */
  readonly #charged = new Map<string, number>()
  readonly #lookedBack: { to: number; entries: number }

  private constructor(snapshots: SnapshotsTable, { account, timeZone, dayOf, before }: FoldStart, stored?: Part) {
    this.account = account
    this.timeZone = timeZone
    this.dayOf = dayOf
    this.since = before?.header.seq ?? 0
    this.#snapshots = snapshots
    this.#firstEntries = before?.entries.length ?? 0
    this.#head = before
    this.#limitsSeq = stored?.seq ?? 0
    this.#limits = stored === undefined ? noLimitsYet : readLimits(stored.text)
    this.#spend = new LoadedSpend({ snapshots, account, dayOf, since: this.since }, this.#recent)
    this.#lookedBack = { to: this.since, entries: 0 }
  }

  /** Reads the stored limits of an account, and begins to fold. */
  static async open(snapshots: SnapshotsTable, start: FoldStart): Promise<AccountFold> {
    return new AccountFold(snapshots, start, await readPart(snapshots, start.account, LIMITS_PART))
  }

  head(): Page | undefined {
    return this.#head
  }

  /** The newest page taken in; 0: none. */
  seq(): number {
    return this.#head?.header.seq ?? 0
  }

  /** The newest page that any loaded part holds. Where it is above `seq()`, amounts are of no one page yet. */
  furthest(): number {
    const shards = [...this.#shards.values()].map(({ seq }) => seq)
    return Math.max(this.seq(), this.#limitsSeq, this.#spend.furthest(), ...shards)
  }

  /** @throws BrokenChain when it does not follow the head */
  take(page: Page): void {
    checkSuccession(this.#head, page)
    this.#head = page
    this.#recent.push(page)
    this.#recentEntries += page.entries.length + 1
    if (page.header.seq > this.#limitsSeq) this.#limits = foldLimits(this.#limits, page, this.dayOf)
    this.#takeTiers(page)
    this.#spend.take(page)
    for (const id of chargedBy(page)) this.#charged.set(id, page.header.seq)
  }

  limits(): LimitsState {
    return this.#limits
  }

  /** Reads the parts that are not loaded yet. */
  async load(places: readonly SpendPlace[], users: readonly string[]): Promise<void> {
    if (this.#limits.hasUserTiers)
      await Promise.all([...new Set(users.map(shardOf))].map((one) => this.#loadShard(one)))
    await this.#spend.load(places)
  }

  /** Reads all of a month, and all tiers; answers with everyone who spent in it. */
  async loadAll(month: string): Promise<Spenders> {
    await Promise.all(Array.from({ length: USER_SHARDS }, (_, shard) => this.#loadShard(shard)))
    return this.#spend.loadAll(month)
  }

  /** The sum that a limit counts, of loaded parts. */
  spent(counted: Counted): Credits {
    return this.#spend.spent(counted)
  }

  /** Identifies a user's loaded spend of a month: a different object after every change. */
  markOf(user: string, month: string): object | undefined {
    return this.#spend.markOf(user, month)
  }

  /** The tier that a user was assigned, of those loaded; `undefined`: none. */
  assignedTier(user: string): string | undefined {
    if (!this.#limits.hasUserTiers) return undefined
    const shard = this.#shards.get(shardOf(user))
    if (shard === undefined) throw new SnapshotMoved(this.account)
    return shard.tiers.get(user)
  }

  /** All users that were assigned a tier; everything must be loaded. */
  assignments(): UserTiers {
    return new Map([...this.#shards.values()].flatMap(({ tiers }) => [...tiers]))
  }

  /** The newest page, of those taken in and those looked back at, that charged an event which names a reservation. */
  chargedAt(reservation: string): number | undefined {
    return this.#charged.get(reservation)
  }

  /** Of every page after `to` it is known what it charged of reservations. `entries`: how many were looked back at. */
  lookedBack(): { readonly to: number; readonly entries: number } {
    return this.#lookedBack
  }

  /** Takes in the charged reservations of the page at `lookedBack().to`; ignores any other page. */
  takeEarlier(page: Page): void {
    if (page.header.seq !== this.#lookedBack.to) return
    for (const id of chargedBy(page)) if (!this.#charged.has(id)) this.#charged.set(id, page.header.seq)
    this.#lookedBack.to -= 1
    this.#lookedBack.entries += page.entries.length + 1
  }

  /** How much is kept, in entries. */
  size(): number {
    const users = [...this.#shards.values()].reduce((sum, { tiers }) => sum + tiers.size, this.#spend.size())
    const entries = LEAST_ENTRIES + this.#firstEntries + this.#recentEntries + this.#charged.size
    return entries + users * ENTRIES_OF_SPEND
  }

  #takeTiers(page: Page): void {
    for (const [shard, changes] of splitByShard(userTierChanges([page]))) {
      const held = this.#shards.get(shard)
      if (held === undefined || page.header.seq <= held.seq) continue
      this.#shards.set(shard, { ...held, tiers: changeUserTiers(held.tiers, changes) })
    }
  }

  async #loadShard(shard: number): Promise<void> {
    if (this.#shards.has(shard)) return
    const part = await readPart(this.#snapshots, this.account, userTiersPart(shard))
    if (this.#shards.has(shard)) return
    const seq = part?.seq ?? this.since
    const later = this.#recent.filter(({ header }) => header.seq > seq)
    const changes = splitByShard(userTierChanges(later)).get(shard) ?? new Map()
    const tiers = part === undefined ? new Map() : readUserTiers(part.text)
    this.#shards.set(shard, { seq, tiers: changeUserTiers(tiers, changes) })
  }
}

const chargedBy = ({ entries }: Page): readonly string[] =>
  entries.flatMap((entry) => (entry.kind === 'charge' && entry.reservation !== undefined ? [entry.reservation] : []))

/** One spender's month takes about as much memory as this many entries. */
const ENTRIES_OF_SPEND = 4
/** The fold of an account without pages. */
const LEAST_ENTRIES = 50
