import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import type { ReratingEntry } from '../../ledger/entries/credit.ts'
import { chunkOf, chunksOf } from '../chunks.ts'
import { groupOfPool, poolName, poolsOf } from '../pool.ts'
import type { SpendScope } from '../selector.ts'
import { type MutableSpend, POOL_ROOM_BYTES, readSpends, USER_ROOM_BYTES } from '../spend.ts'
import { SpendSums, type Spent } from '../spend-sums.ts'
import type { Part } from './snapshots-table.ts'

/** A charge or re-rating of a page, with its amount. */
export interface Usage {
  readonly seq: number
  readonly entry: ChargeEntry | ReratingEntry
  readonly spent: Spent
}

/** The users and groups that spent in a month, each once. */
export interface Spenders {
  readonly users: readonly string[]
  readonly groups: readonly string[]
}

/** The spend of a month, of the parts that were read. Each part stands at a page of its own; usage of later pages is added to it. */
export class LoadedMonth {
  readonly #month: string
  readonly #since: number
  readonly #usageAfter: (seq: number) => readonly Usage[]
  /** Of the users' chunks; `undefined`: none was read. */
  #generation: number | undefined
  /** By chunk: the page that it stood at when it was read. */
  readonly #chunks = new Map<number, number>()
  readonly #users = new Map<string, SpendSums>()
  readonly #pools = new Map<string, { readonly seq: number; readonly sums: SpendSums }>()
  #hasAllPools = false

  /**
   * @param since the page of a part that is not stored
   * @param usageAfter usage of this month in the pages after a given one
   */
  constructor(month: string, since: number, usageAfter: (seq: number) => readonly Usage[]) {
    this.#month = month
    this.#since = since
    this.#usageAfter = usageAfter
  }

  get generation(): number | undefined {
    return this.#generation
  }

  /** Takes another generation of chunks, and forgets those of the generation before: the two overlap. */
  adopt(generation: number): void {
    if (this.#generation === generation) return
    this.#generation = generation
    this.#chunks.clear()
    this.#users.clear()
  }

  hasChunk(chunk: number): boolean {
    return this.#chunks.has(chunk)
  }

  /** Whether every chunk of the generation was read. Later pages are taken in, so newer stored chunks have the same sums. */
  get hasAllUsers(): boolean {
    return this.#generation !== undefined && this.#chunks.size === chunksOf(this.#generation)
  }

  keepChunk(chunk: number, part: Part | undefined): void {
    const stored = part === undefined ? new Map<string, MutableSpend>() : readSpends(part.text)
    for (const [name, spend] of stored) this.#users.set(name, new SpendSums(this.#month, spend))
    const seq = part?.seq ?? this.#since
    this.#chunks.set(chunk, seq)
    for (const { entry, spent } of this.#usageAfter(seq))
      if (this.#chunkOf(entry.user) === chunk) this.#sumsOfUser(entry.user).add(spent, USER_ROOM_BYTES)
  }

  hasPool(name: string): boolean {
    return this.#pools.has(name)
  }

  get hasAllPools(): boolean {
    return this.#hasAllPools
  }

  keepPool(name: string, part: Part | undefined): void {
    if (this.#pools.has(name)) return
    const stored = part === undefined ? undefined : readSpends(part.text).get(name)
    const seq = part?.seq ?? this.#since
    const sums = new SpendSums(this.#month, stored)
    this.#pools.set(name, { seq, sums })
    for (const { entry, spent } of this.#usageAfter(seq))
      if (poolsOf(entry).includes(name)) sums.add(spent, POOL_ROOM_BYTES)
  }

  /** Keeps every pool of the month: the stored ones, and those that only later pages name. */
  keepAllPools(stored: ReadonlyMap<string, Part>): void {
    for (const [name, part] of stored) this.keepPool(name, part)
    for (const { entry } of this.#usageAfter(this.#since))
      for (const name of poolsOf(entry)) this.keepPool(name, undefined)
    this.#hasAllPools = true
  }

  /** Takes in the usage of one more page. */
  take({ seq, entry, spent }: Usage): void {
    const chunkSeq = this.#chunks.get(this.#chunkOf(entry.user))
    if (chunkSeq !== undefined && seq > chunkSeq) this.#sumsOfUser(entry.user).add(spent, USER_ROOM_BYTES)
    for (const name of poolsOf(entry)) {
      const pool = this.#poolThatTakes(name)
      if (pool !== undefined && seq > pool.seq) pool.sums.add(spent, POOL_ROOM_BYTES)
    }
  }

  /** A pool that spends for the first time after all stored ones were read has its whole spend in the later pages. */
  #poolThatTakes(name: string) {
    const known = this.#pools.get(name)
    if (known !== undefined || !this.#hasAllPools) return known
    const pool = { seq: this.#since, sums: new SpendSums(this.#month) }
    this.#pools.set(name, pool)
    return pool
  }

  has(scope: SpendScope): boolean {
    return scope.of === 'user' ? this.#chunks.has(this.#chunkOf(scope.user)) : this.#pools.has(poolName(scope))
  }

  /** `undefined`: it spent nothing, or was not read (see `has`). */
  sumsOf(scope: SpendScope): SpendSums | undefined {
    return scope.of === 'user' ? this.#users.get(scope.user) : this.#pools.get(poolName(scope))?.sums
  }

  spenders(): Spenders {
    return {
      users: [...this.#users.keys()],
      groups: [...this.#pools.keys()].flatMap((name) => groupOfPool(name) ?? []),
    }
  }

  /** The pages that its parts stood at when they were read. */
  seqs(): readonly number[] {
    return [...this.#chunks.values(), ...[...this.#pools.values()].map(({ seq }) => seq)]
  }

  get size(): number {
    return this.#users.size + this.#pools.size
  }

  #chunkOf(user: string): number {
    return this.#generation === undefined ? -1 : chunkOf(user, this.#generation)
  }

  #sumsOfUser(user: string): SpendSums {
    const sums = this.#users.get(user) ?? new SpendSums(this.#month)
    this.#users.set(user, sums)
    return sums
  }
}
