import type { ChargeEntry, ReratingEntry } from '../account-log/entry.ts'
import type { Page } from '../account-log/page.ts'
import { chunkOf } from '../folds/chunks.ts'
import type { DayOf } from '../folds/day.ts'
import { poolName } from '../folds/pool.ts'
import { type MutableSpend, POOL_ROOM_BYTES, readSpends, USER_ROOM_BYTES } from '../folds/spend.ts'
import type { Limit, LimitScope } from '../limits/limits-on.ts'
import { monthsOf } from '../limits/selector.ts'
import { addToSums, type SpendSums, type Spent, spendSums, spentOver } from '../limits/spend-sums.ts'
import { type Credits, minus, noCredits } from '../money/amounts.ts'
import { generationOfMonth, readChunkOf } from './read-chunk.ts'
import { type Part, poolPart, readPart, readParts, type SnapshotsTable, usersOfGeneration } from './snapshots-table.ts'

/** Whose spend, in which month: `2026-11`. */
export interface SpendPlace {
  readonly scope: LimitScope
  readonly month: string
}

type Usage = ChargeEntry | ReratingEntry

/** Spend as far as it was read: each part up to a page of its own, and every page after it that was taken in since. */
export interface LoadedSpend {
  readonly take: (page: Page) => void
  readonly load: (place: SpendPlace) => Promise<void>
  /** Reads all users and groups of a month; answers with all that spent in it. */
  readonly loadAll: (month: string) => Promise<readonly LimitScope[]>
  /** @throws Error where it was not loaded: what nobody read is not nothing */
  readonly spent: (limit: Pick<Limit, 'scope' | 'selector' | 'window'>) => Credits
  /** The newest page that a part stood at when it was read. */
  readonly furthest: () => number
  readonly size: () => number
}

/** @param recent every page after the cursor that this began at, as they come */
export function loadedSpend(
  {
    snapshots,
    account,
    dayOf,
    since,
  }: {
    readonly snapshots: SnapshotsTable
    readonly account: string
    readonly dayOf: DayOf
    readonly since: number
  },
  recent: readonly Page[],
): LoadedSpend {
  /** By `month generation chunk`: the page its users stood at when they were read. */
  const chunks = new Map<string, number>()
  const generations = new Map<string, Set<number>>()
  /** By `month user`, and `month pool`. */
  const users = new Map<string, SpendSums>()
  const pools = new Map<string, { readonly seq: number; readonly sums: SpendSums }>()
  /** Months of which every stored pool was read. */
  const groupsRead = new Set<string>()

  const seqOfUser = (user: string, month: string): number | undefined => {
    for (const generation of generations.get(month) ?? []) {
      const seq = chunks.get(`${month} ${generation} ${chunkOf(user, generation)}`)
      if (seq !== undefined) return seq
    }
    return undefined
  }

  const sumsOfUser = (user: string, month: string): SpendSums => {
    const key = `${month} ${user}`
    const known = users.get(key) ?? spendSums(month, new Map())
    users.set(key, known)
    return known
  }

  const usageAfter = (seq: number): readonly Usage[] =>
    recent.flatMap(({ header, entries }) => (header.seq > seq ? entries.filter(isUsage) : []))

  const keepChunk = (month: string, generation: number, chunk: number, part: Part | undefined): void => {
    const spends = part === undefined ? new Map<string, MutableSpend>() : readSpends(part.text)
    for (const [name, spend] of spends) users.set(`${month} ${name}`, spendSums(month, spend))
    const seq = part?.seq ?? since
    chunks.set(`${month} ${generation} ${chunk}`, seq)
    generations.set(month, (generations.get(month) ?? new Set()).add(generation))
    for (const usage of usageAfter(seq)) {
      const spent = spentBy(usage, dayOf)
      if (monthOf(spent) === month && chunkOf(usage.user, generation) === chunk)
        addToSums(sumsOfUser(usage.user, month), spent, USER_ROOM_BYTES)
    }
  }

  const keepPool = (month: string, name: string, part: Part | undefined): void => {
    const spend = part === undefined ? undefined : readSpends(part.text).get(name)
    const held = { seq: part?.seq ?? since, sums: spendSums(month, spend ?? new Map()) }
    pools.set(`${month} ${name}`, held)
    for (const usage of usageAfter(held.seq)) {
      const spent = spentBy(usage, dayOf)
      if (monthOf(spent) === month && poolsOf(usage).includes(name)) addToSums(held.sums, spent, POOL_ROOM_BYTES)
    }
  }

  const loadUser = async (user: string, month: string): Promise<void> => {
    if (seqOfUser(user, month) !== undefined) return
    const { generation, chunk, part } = await readChunkOf(snapshots, account, month, user)
    if (seqOfUser(user, month) === undefined) keepChunk(month, generation, chunk, part)
  }

  const loadPool = async (name: string, month: string): Promise<void> => {
    if (pools.has(`${month} ${name}`)) return
    const part = await readPart(snapshots, account, poolPart(month, name))
    if (!pools.has(`${month} ${name}`)) keepPool(month, name, part)
  }

  const isReadWhole = (month: string): boolean =>
    [...(generations.get(month) ?? [])].some((generation) =>
      Array.from({ length: 2 ** (generation - 1) }, (_, chunk) => chunks.has(`${month} ${generation} ${chunk}`)).every(
        (isRead) => isRead,
      ),
    )

  const loadAllUsers = async (month: string): Promise<void> => {
    for (;;) {
      // Pages after them are taken in: whatever was stored since says the same.
      if (isReadWhole(month)) return
      const generation = await generationOfMonth(snapshots, account, month)
      const parts = await readParts(snapshots, account, usersOfGeneration(month, generation))
      if ((await generationOfMonth(snapshots, account, month)) !== generation) continue
      // Chunks of another generation overlap these.
      if ((generations.get(month)?.size ?? 0) > 0 && !generations.get(month)?.has(generation)) forgetUsers(month)
      for (let chunk = 0; chunk < 2 ** (generation - 1); chunk += 1) {
        if (chunks.has(`${month} ${generation} ${chunk}`)) continue
        keepChunk(month, generation, chunk, parts.get(`${usersOfGeneration(month, generation)}${chunk}`))
      }
      return
    }
  }

  const forgetUsers = (month: string): void => {
    for (const key of [...users.keys()]) if (key.startsWith(`${month} `)) users.delete(key)
    for (const key of [...chunks.keys()]) if (key.startsWith(`${month} `)) chunks.delete(key)
    generations.delete(month)
  }

  const loadAllGroups = async (month: string): Promise<void> => {
    const prefix = poolPart(month, '')
    // A group that came later has all it spent in pages that were taken in.
    const stands = groupsRead.has(month) ? [] : await readParts(snapshots, account, prefix)
    groupsRead.add(month)
    for (const [part, stored] of stands)
      if (!pools.has(`${month} ${part.slice(prefix.length)}`)) keepPool(month, part.slice(prefix.length), stored)
    for (const usage of usageAfter(since)) {
      if (monthOf(spentBy(usage, dayOf)) !== month) continue
      for (const name of poolsOf(usage)) if (!pools.has(`${month} ${name}`)) keepPool(month, name, undefined)
    }
  }

  return {
    take: ({ header, entries }) => {
      for (const usage of entries.filter(isUsage)) {
        const spent = spentBy(usage, dayOf)
        const month = monthOf(spent)
        if (header.seq > (seqOfUser(usage.user, month) ?? Number.POSITIVE_INFINITY))
          addToSums(sumsOfUser(usage.user, month), spent, USER_ROOM_BYTES)
        for (const name of poolsOf(usage)) {
          const pool = pools.get(`${month} ${name}`)
          if (pool !== undefined && header.seq > pool.seq) addToSums(pool.sums, spent, POOL_ROOM_BYTES)
        }
      }
    },
    load: ({ scope, month }) => (scope.of === 'user' ? loadUser(scope.user, month) : loadPool(nameOf(scope), month)),
    loadAll: async (month) => {
      await Promise.all([loadAllUsers(month), loadAllGroups(month)])
      const ofMonth = ([key, { month: own }]: readonly [string, SpendSums]) =>
        own === month ? [key.slice(month.length + 1)] : []
      const groups = [...pools].flatMap(([key, { sums }]) => ofMonth([key, sums])).flatMap(groupOf)
      return [
        ...[...users].flatMap(ofMonth).map((user) => ({ of: 'user', user }) as const),
        ...groups.map((group) => ({ of: 'group', group }) as const),
        { of: 'account' },
      ]
    },
    spent: ({ scope, selector, window }) => {
      const months = monthsOf(window).map((month) => {
        const isRead = scope.of !== 'user' || seqOfUser(scope.user, month) !== undefined
        const sums = scope.of === 'user' ? sumsOfUser(scope.user, month) : pools.get(`${month} ${nameOf(scope)}`)?.sums
        if (sums === undefined || !isRead)
          throw new Error(`the spend of ${JSON.stringify(scope)} in ${month} was not read`)
        return sums
      })
      return spentOver(months, selector, window)
    },
    furthest: () => Math.max(since, ...chunks.values(), ...[...pools.values()].map(({ seq }) => seq)),
    size: () => users.size + pools.size,
  }
}

const isUsage = (entry: Page['entries'][number]): entry is Usage => entry.kind === 'charge' || entry.kind === 'rerating'

const GROUP = poolName({ kind: 'group', group: '' })
const groupOf = (name: string): readonly string[] => (name.startsWith(GROUP) ? [name.slice(GROUP.length)] : [])

const nameOf = (scope: Exclude<LimitScope, { readonly of: 'user' }>): string =>
  poolName(scope.of === 'group' ? { kind: 'group', group: scope.group } : { kind: 'account' })

const poolsOf = ({ group }: Usage): readonly string[] =>
  group === undefined
    ? [poolName({ kind: 'account' })]
    : [poolName({ kind: 'account' }), poolName({ kind: 'group', group })]

const monthOf = ({ day }: Spent): string => day.slice(0, -3)

const spentBy = (usage: Usage, dayOf: DayOf): Spent => ({
  category: usage.category,
  service: usage.service,
  day: dayOf(usage.time),
  credits: usage.kind === 'charge' ? usage.credits : minus(noCredits, usage.credits),
})
