import type { Page } from '../../ledger/page/page.ts'
import { type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import type { DayOf } from '../../time/day.ts'
import { chunkOf, chunksOf, FIRST_GENERATION } from '../chunks.ts'
import { SnapshotMoved } from '../errors.ts'
import { readTotals } from '../month-totals.ts'
import { poolName } from '../pool.ts'
import { type Counted, monthsOf, type SpendScope } from '../selector.ts'
import { LoadedMonth, type Spenders, type Usage } from './loaded-month.ts'
import {
  poolPart,
  readPart,
  readParts,
  type SnapshotsTable,
  totalsPart,
  usersOfGeneration,
  usersPart,
} from './snapshots-table.ts'

/** A spender, and a month: `2026-11`. */
export interface SpendPlace {
  readonly scope: SpendScope
  readonly month: string
}

/** What the spend of an account is read from. */
interface SpendSource {
  readonly snapshots: SnapshotsTable
  readonly account: string
  readonly dayOf: DayOf
  /** The page that the snapshots' cursor stood at. */
  readonly since: number
}

/** The next generation may replace one while it is read, but not eight times in a row. */
const ROUNDS = 8

/** An account's spend, of the parts of its snapshots that were read, with every later page. */
export class LoadedSpend {
  readonly #source: SpendSource
  readonly #recent: readonly Page[]
  readonly #months = new Map<string, LoadedMonth>()
  readonly #underWay = new Map<string, Promise<unknown>>()

  /** @param recent every page after the cursor; its owner appends new pages */
  constructor(source: SpendSource, recent: readonly Page[]) {
    this.#source = source
    this.#recent = recent
  }

  take(page: Page): void {
    for (const usage of this.#usageOf(page)) this.#months.get(monthOf(usage))?.take(usage)
  }

  /** Reads the parts that are not loaded yet. Two callers at once read a part once. @throws SnapshotMoved */
  async load(places: readonly SpendPlace[]): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const missing = places.filter((place) => !this.#isLoaded(place))
      if (missing.length === 0) return
      await Promise.all(
        missing.map(({ scope, month }) =>
          scope.of === 'user' ? this.#loadUser(scope.user, month) : this.#loadPool(poolName(scope), month),
        ),
      )
    }
    if (!places.every((place) => this.#isLoaded(place))) throw new SnapshotMoved(this.#source.account)
  }

  /** Reads all users and groups of a month, and returns those that spent in it. */
  async loadAll(month: string): Promise<Spenders> {
    await Promise.all([this.#loadAllUsers(month), this.#loadAllPools(month)])
    return this.#monthOf(month).spenders()
  }

  /** @throws SnapshotMoved where the part is not loaded (any more): unread spend is not zero */
  spent({ scope, selector, window }: Counted): Credits {
    let spent = noCredits
    for (const month of monthsOf(window)) {
      const sums = this.#months.get(month)?.sumsOf(scope)
      // A user who is missing in a chunk that was read spent nothing.
      if (sums !== undefined) spent = plus(spent, sums.spent(selector, window))
      else if (!this.#isLoaded({ scope, month })) throw new SnapshotMoved(this.#source.account)
    }
    return spent
  }

  /** A different object after every amount that a user spends in a month; `undefined`: nothing was loaded or spent. */
  markOf(user: string, month: string): object | undefined {
    return this.#months.get(month)?.sumsOf({ of: 'user', user })?.mark
  }

  /** The newest page that a part stood at when it was read. */
  furthest(): number {
    return Math.max(this.#source.since, ...[...this.#months.values()].flatMap((month) => month.seqs()))
  }

  size(): number {
    return [...this.#months.values()].reduce((sum, month) => sum + month.size, 0)
  }

  #isLoaded({ scope, month }: SpendPlace): boolean {
    return this.#months.get(month)?.has(scope) === true
  }

  /**
   * Reads the chunk of a user. A missing chunk may have been deleted after the totals named its generation: so the totals are
   * read again. Only if they still name it, nothing was spent.
   */
  async #loadUser(user: string, name: string): Promise<void> {
    const month = this.#monthOf(name)
    const generation = month.generation ?? (await this.#once(`totals ${name}`, () => this.#generationOf(name)))
    month.adopt(generation)
    const chunk = chunkOf(user, generation)
    const part = await this.#readOnce(usersPart(name, generation, chunk))
    // A new read, not a shared one: a shared one may have begun before this one found nothing.
    const newest = part === undefined ? await this.#generationOf(name) : generation
    if (newest !== generation) month.adopt(newest)
    else if (month.generation === generation && !month.hasChunk(chunk)) month.keepChunk(chunk, part)
  }

  async #loadPool(pool: string, name: string): Promise<void> {
    const month = this.#monthOf(name)
    if (!month.hasPool(pool)) month.keepPool(pool, await this.#readOnce(poolPart(name, pool)))
  }

  async #loadAllUsers(name: string): Promise<void> {
    const { snapshots, account } = this.#source
    const month = this.#monthOf(name)
    for (let round = 0; round < ROUNDS; round += 1) {
      if (month.hasAllUsers) return
      const generation = await this.#generationOf(name)
      const parts = await readParts(snapshots, account, usersOfGeneration(name, generation))
      if ((await this.#generationOf(name)) !== generation) continue
      month.adopt(generation)
      for (let chunk = 0; chunk < chunksOf(generation); chunk += 1)
        if (!month.hasChunk(chunk)) month.keepChunk(chunk, parts.get(usersPart(name, generation, chunk)))
      return
    }
    throw new SnapshotMoved(account)
  }

  async #loadAllPools(name: string): Promise<void> {
    const month = this.#monthOf(name)
    if (month.hasAllPools) return
    const prefix = poolPart(name, '')
    const stored = await readParts(this.#source.snapshots, this.#source.account, prefix)
    month.keepAllPools(new Map([...stored].map(([part, read]) => [part.slice(prefix.length), read])))
  }

  #monthOf(name: string): LoadedMonth {
    const known = this.#months.get(name)
    if (known !== undefined) return known
    const month = new LoadedMonth(name, this.#source.since, (seq) =>
      this.#recent
        .filter(({ header }) => header.seq > seq)
        .flatMap((page) => this.#usageOf(page).filter((usage) => monthOf(usage) === name)),
    )
    this.#months.set(name, month)
    return month
  }

  #usageOf({ header, entries }: Page): readonly Usage[] {
    return entries.flatMap((entry) => {
      if (entry.kind !== 'charge' && entry.kind !== 'rerating') return []
      const { category, service } = entry
      const credits = entry.kind === 'charge' ? entry.credits : minus(noCredits, entry.credits)
      return [{ seq: header.seq, entry, spent: { category, service, day: this.#source.dayOf(entry.time), credits } }]
    })
  }

  /** The generation of a month's chunks, by its totals. */
  async #generationOf(month: string): Promise<number> {
    const totals = await readPart(this.#source.snapshots, this.#source.account, totalsPart(month))
    return totals === undefined ? FIRST_GENERATION : readTotals(totals.text).generation
  }

  #readOnce(part: string) {
    return this.#once(part, () => readPart(this.#source.snapshots, this.#source.account, part))
  }

  #once<T>(what: string, read: () => Promise<T>): Promise<T> {
    const known = this.#underWay.get(what) as Promise<T> | undefined
    if (known !== undefined) return known
    const reading = read().finally(() => this.#underWay.delete(what))
    this.#underWay.set(what, reading)
    return reading
  }
}

const monthOf = ({ spent }: Usage): string => spent.day.slice(0, -3)
