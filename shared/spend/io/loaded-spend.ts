import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import type { ReratingEntry } from '../../ledger/entries/credit.ts'
import type { Page } from '../../ledger/page/page.ts'
import { type Credits, minus, noCredits } from '../../money/amounts.ts'
import type { DayOf } from '../../time/day.ts'
import { bitsOf, chunkOf, FIRST_GENERATION } from '../chunks.ts'
import { SnapshotMoved } from '../errors.ts'
import { readTotals } from '../month-totals.ts'
import { poolName } from '../pool.ts'
import type { Counted, SpendScope } from '../selector.ts'
import { monthsOf } from '../selector.ts'
import { type MutableSpend, POOL_ROOM_BYTES, readSpends, USER_ROOM_BYTES } from '../spend.ts'
import { addToSums, type SpendSums, type Spent, spendSums, spentOver } from '../spend-sums.ts'
import {
  type Part,
  poolPart,
  readPart,
  readParts,
  type SnapshotsTable,
  totalsPart,
  usersOfGeneration,
  usersPart,
} from './snapshots-table.ts'

/** Whose spend, in which month: `2026-11`. */
export interface SpendPlace {
  readonly scope: SpendScope
  readonly month: string
}

/** Who spent something in a month: each once. */
export interface Spenders {
  readonly users: readonly string[]
  readonly groups: readonly string[]
}

type Usage = ChargeEntry | ReratingEntry

/** Spend as far as it was read: each part up to a page of its own, and every page after it that was taken in since. */
export interface LoadedSpend {
  readonly take: (page: Page) => void
  /** Reads what is not there yet; what two ask for at once is read once. @throws SnapshotMoved */
  readonly load: (places: readonly SpendPlace[]) => Promise<void>
  /** Reads all users and groups of a month; answers with all that spent in it. */
  readonly loadAll: (month: string) => Promise<Spenders>
  /** @throws SnapshotMoved where it is not loaded, or not any more: what nobody read is not nothing */
  readonly spent: (limit: Counted) => Credits
  /** What a user's loaded spend of a month is recognized by: another object with every amount; `undefined`: there is none. */
  readonly markOf: (user: string, month: string) => object | undefined
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
  const months = new Map<string, MonthOfUsers>()
  /** By `month pool`. */
  const pools = new Map<string, { readonly seq: number; readonly sums: SpendSums }>()
  /** Months of which every stored pool was read. */
  const groupsRead = new Set<string>()
  const underWay = new Map<string, Promise<unknown>>()

  const once = <T>(what: string, read: () => Promise<T>): Promise<T> => {
    const known = underWay.get(what) as Promise<T> | undefined
    if (known !== undefined) return known
    const reading = read().finally(() => underWay.delete(what))
    underWay.set(what, reading)
    return reading
  }

  /** Chunks of two generations overlap: with another one everything of the month is read anew. */
  const adopt = (month: string, generation: number): MonthOfUsers => {
    const known = months.get(month)
    if (known?.generation === generation) return known
    const of: MonthOfUsers = { generation, chunks: new Map(), users: new Map() }
    months.set(month, of)
    return of
  }

  const usageAfter = (seq: number): readonly Usage[] =>
    recent.flatMap(({ header, entries }) => (header.seq > seq ? entries.filter(isUsage) : []))

  const keepChunk = (month: string, of: MonthOfUsers, chunk: number, part: Part | undefined): void => {
    const spends = part === undefined ? new Map<string, MutableSpend>() : readSpends(part.text)
    for (const [name, spend] of spends) of.users.set(name, spendSums(month, spend))
    const seq = part?.seq ?? since
    of.chunks.set(chunk, seq)
    for (const usage of usageAfter(seq)) {
      const spent = spentBy(usage, dayOf)
      if (monthOf(spent) === month && chunkOf(usage.user, of.generation) === chunk)
        addToSums(sumsOfUser(of, month, usage.user), spent, USER_ROOM_BYTES)
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

  /**
   * The chunk of a user. One that is not there may have been cleared away since the totals named its generation: they are read
   * again, and only then it says that nothing was spent.
   */
  const loadUser = async (user: string, month: string): Promise<void> => {
    const of =
      months.get(month) ??
      adopt(month, await once(`totals ${month}`, () => generationOfMonth(snapshots, account, month)))
    const chunk = chunkOf(user, of.generation)
    const name = usersPart(month, of.generation, chunk)
    const part = await once(name, () => readPart(snapshots, account, name))
    // Not the read that others wait for: that may have begun before this one found nothing.
    const newest = part === undefined ? await generationOfMonth(snapshots, account, month) : of.generation
    if (newest !== of.generation) adopt(month, newest)
    else if (months.get(month) === of && !of.chunks.has(chunk)) keepChunk(month, of, chunk, part)
  }

  const loadPool = async (name: string, month: string): Promise<void> => {
    if (pools.has(`${month} ${name}`)) return
    const part = await once(poolPart(month, name), () => readPart(snapshots, account, poolPart(month, name)))
    if (!pools.has(`${month} ${name}`)) keepPool(month, name, part)
  }

  const loadAllUsers = async (month: string): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const known = months.get(month)
      // Pages after them are taken in: whatever was stored since says the same.
      if (known?.chunks.size === chunksOf(known?.generation ?? 1)) return
      const generation = await generationOfMonth(snapshots, account, month)
      const parts = await readParts(snapshots, account, usersOfGeneration(month, generation))
      if ((await generationOfMonth(snapshots, account, month)) !== generation) continue
      const of = adopt(month, generation)
      for (let chunk = 0; chunk < chunksOf(generation); chunk += 1)
        if (!of.chunks.has(chunk)) keepChunk(month, of, chunk, parts.get(usersPart(month, generation, chunk)))
      return
    }
    throw new SnapshotMoved(account)
  }

  const loadAllGroups = async (month: string): Promise<void> => {
    if (groupsRead.has(month)) return
    const prefix = poolPart(month, '')
    const stored = await readParts(snapshots, account, prefix)
    const keep = (name: string, part: Part | undefined): void => {
      if (!pools.has(`${month} ${name}`)) keepPool(month, name, part)
    }
    for (const [name, part] of stored) keep(name.slice(prefix.length), part)
    for (const usage of usageAfter(since))
      if (monthOf(spentBy(usage, dayOf)) === month) for (const name of poolsOf(usage)) keep(name, undefined)
    groupsRead.add(month)
  }

  /** A pool; one that comes after all others of its month were read has all it spent in the pages that are taken in. */
  const poolThatTakes = (month: string, name: string) => {
    const known = pools.get(`${month} ${name}`)
    if (known !== undefined || !groupsRead.has(month)) return known
    const held = { seq: since, sums: spendSums(month, new Map()) }
    pools.set(`${month} ${name}`, held)
    return held
  }

  const isLoaded = ({ scope, month }: SpendPlace): boolean =>
    scope.of === 'user' ? seqOf(months.get(month), scope.user) !== undefined : pools.has(`${month} ${nameOf(scope)}`)

  return {
    take: ({ header, entries }) => {
      for (const usage of entries.filter(isUsage)) {
        const spent = spentBy(usage, dayOf)
        const month = monthOf(spent)
        const of = months.get(month)
        if (of !== undefined && header.seq > (seqOf(of, usage.user) ?? Number.POSITIVE_INFINITY))
          addToSums(sumsOfUser(of, month, usage.user), spent, USER_ROOM_BYTES)
        for (const name of poolsOf(usage)) {
          const pool = poolThatTakes(month, name)
          if (pool !== undefined && header.seq > pool.seq) addToSums(pool.sums, spent, POOL_ROOM_BYTES)
        }
      }
    },
    load: async (places) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const missing = places.filter((place) => !isLoaded(place))
        if (missing.length === 0) return
        await Promise.all(
          missing.map(({ scope, month }) =>
            scope.of === 'user' ? loadUser(scope.user, month) : loadPool(nameOf(scope), month),
          ),
        )
      }
      if (!places.every(isLoaded)) throw new SnapshotMoved(account)
    },
    loadAll: async (month) => {
      await Promise.all([loadAllUsers(month), loadAllGroups(month)])
      return {
        users: [...(months.get(month)?.users.keys() ?? [])],
        groups: [...pools].flatMap(([key, { sums }]) =>
          sums.month === month ? groupOf(key.slice(month.length + 1)) : [],
        ),
      }
    },
    spent: ({ scope, selector, window }) => {
      const sums = monthsOf(window).map((month) => {
        const of =
          scope.of === 'user' ? months.get(month)?.users.get(scope.user) : pools.get(`${month} ${nameOf(scope)}`)?.sums
        if (of === undefined && !isLoaded({ scope, month })) throw new SnapshotMoved(account)
        return of
      })
      // Whoever is not in a chunk that was read spent nothing.
      return spentOver(
        sums.filter((one) => one !== undefined),
        selector,
        window,
      )
    },
    markOf: (user, month) => months.get(month)?.users.get(user)?.mark,
    furthest: () =>
      Math.max(
        since,
        ...[...months.values()].flatMap(({ chunks }) => [...chunks.values()]),
        ...[...pools.values()].map(({ seq }) => seq),
      ),
    size: () => pools.size + [...months.values()].reduce((sum, { users }) => sum + users.size, 0),
  }
}

/** Users of one month, all of one generation of chunks. */
interface MonthOfUsers {
  readonly generation: number
  /** By chunk: the page that it stood at when it was read. */
  readonly chunks: Map<number, number>
  readonly users: Map<string, SpendSums>
}

/** A generation may give way to the next one while it is read; so often in a row it does not. */
const ROUNDS = 8

const chunksOf = (generation: number): number => 2 ** bitsOf(generation)

/** The page up to which the chunk of a user was read; `undefined`: it was not. */
const seqOf = (of: MonthOfUsers | undefined, user: string): number | undefined =>
  of?.chunks.get(chunkOf(user, of.generation))

function sumsOfUser({ users }: MonthOfUsers, month: string, user: string): SpendSums {
  const known = users.get(user) ?? spendSums(month, new Map())
  users.set(user, known)
  return known
}

const isUsage = (entry: Page['entries'][number]): entry is Usage => entry.kind === 'charge' || entry.kind === 'rerating'

const GROUP = poolName({ kind: 'group', group: '' })
const groupOf = (name: string): readonly string[] => (name.startsWith(GROUP) ? [name.slice(GROUP.length)] : [])

const nameOf = (scope: Exclude<SpendScope, { readonly of: 'user' }>): string =>
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

/** The generation of a month's chunks. */
async function generationOfMonth(snapshots: SnapshotsTable, account: string, month: string): Promise<number> {
  const totals = await readPart(snapshots, account, totalsPart(month))
  return totals === undefined ? FIRST_GENERATION : readTotals(totals.text).generation
}
