import { piecesOf } from '../../aws/pieces.ts'
import { type Item, Table } from '../../aws/table.ts'
import { pack, unpack } from '../../ledger/io/page-item.ts'
import type { EventNames } from '../../usage/read-event.ts'
import { type HeldEvent, heldItem, type Place, type QuarantinedEvent, type ShelfKind } from '../held-event.ts'
import {
  type Discarding,
  discardedItem,
  type HeldEventRecord,
  isPiece,
  pieceEntry,
  readHeldItem,
  timeOfEntry,
} from '../held-record.ts'

/** `occupied`: another event with this identity and time lies there. */
export type Shelved = 'shelved' | 'occupied'

/** The facts of a held event beside its original text. */
type Said = Pick<QuarantinedEvent, 'reason' | 'path' | 'detail' | 'original'> & EventNames

interface Condition {
  readonly where: string
  readonly values?: Item
}

/** Only the events of an account, with a reason, of a service; `undefined`: all. */
export interface HeldFilter {
  readonly account?: string | undefined
  readonly reason?: string | undefined
  readonly service?: string | undefined
}

/** The next events of a shelf. */
export interface ShelfRead {
  readonly events: readonly HeldEventRecord[]
  /** The place to go on; `undefined`: that was all. */
  readonly next: Place | undefined
  /** Why events could not be read; they stay, and the others are read. */
  readonly errors: readonly unknown[]
}

/** The events on a shelf. */
export interface ShelfSummary {
  readonly count: number
  /** There are more than were counted. */
  readonly isAtLeast: boolean
  /** Event times, ISO. */
  readonly first: string
  readonly last: string
}

/** The shelf that lists the shelves. */
const SHELVES = 'shelves'
export const SHELVES_A_READ = 100

/** Sorts before every entry of a shelf. */
export const START = ' '

const UNPACKED_BYTES = 4 * 1024 * 1024

/** Reads with a filter look through this many items: few of them may pass. */
const ITEMS_A_READ = 200

/** A read counts up to 1 MB (AWS), some thousand events. */
const READS_A_COUNT = 10

/**
 * The shelves for events that are not charged: parked (valid, no price yet), ahead (their time has not come), quarantined (not
 * valid), and discarded ones (a person has decided).
 */
export class HeldTable extends Table {
  /** Shelves that this process has listed. */
  readonly #listed = new Set<string>()

  /** Puts an event on its shelf, whole and once: the same event or message again changes nothing. */
  async shelve(held: HeldEvent): Promise<Shelved> {
    const item = heldItem(held)
    return await this.#putWhole(item, held.original, whereNoOtherLies(item))
  }

  /**
   * Replaces the stored facts of an event in its place, unless they are the same; an event that was taken away
   * meanwhile does not come back.
   */
  async reshelve(held: HeldEvent, said: { readonly [Name in keyof Said]: Said[Name] | undefined }): Promise<void> {
    const item = heldItem(held)
    const now = { ...item, original: held.original }
    const names = ['reason', 'path', 'detail', 'original', 'account', 'source', 'id', 'service'] as const
    if (names.every((name) => now[name] === said[name])) return
    await this.#putWhole(item, held.original, whereItLies(item))
  }

  /**
   * Takes an event from its shelf because a person decided that it is never charged. It is kept, with who decided so, when and
   * why.
   *
   * Interrupted and done again it is kept once, with the first decision. An event that is charged at this very moment stays charged.
   */
  async discard(held: HeldEventRecord, discarding: Discarding): Promise<void> {
    const condition = { where: 'attribute_not_exists(shelf)' }
    await this.#putWhole(discardedItem(held, discarding), held.original, condition)
    await this.unshelve(held)
  }

  /** Puts an item with its original, in pieces where it is large. */
  async #putWhole(item: Place & Item, original: string, condition: Condition | undefined): Promise<Shelved> {
    const { shelf, entry } = item
    const [first, ...others] = piecesOf(pack(original))
    await this.#list(shelf)
    for (const [place, bytes] of others.entries())
      await this.put({ shelf, entry: pieceEntry(entry, place + 1), original: bytes })
    const whole = { ...item, original: first, ...(others.length > 0 && { parts: others.length }) }
    if (condition !== undefined)
      return (await this.putIf(whole, condition.where, condition.values)) ? 'shelved' : 'occupied'
    await this.put(whole)
    return 'shelved'
  }

  /** The list of shelves comes first: an event on an unlisted shelf would be lost. */
  async #list(shelf: string): Promise<void> {
    if (this.#listed.has(shelf)) return
    await this.put({ shelf: SHELVES, entry: shelf })
    this.#listed.add(shelf)
  }

  /**
   * Takes an event from its shelf, after it was charged, moved or decided. A missing event is no error. Another event that lies
   * there by now stays.
   */
  async unshelve(held: Pick<HeldEventRecord, 'shelf' | 'entry' | 'fingerprint' | 'parts'>): Promise<void> {
    const { shelf, entry, fingerprint } = held
    if (fingerprint === undefined) await this.delete({ shelf, entry })
    else if (!(await this.deleteIf({ shelf, entry }, 'fingerprint = :fingerprint', { fingerprint }))) return
    // After it: an event without its pieces could not be read again.
    await this.dropPieces(held)
  }

  /** Deletes the pieces of a large original that no event names any more. */
  async dropPieces({ shelf, entry, parts }: Pick<HeldEventRecord, 'shelf' | 'entry' | 'parts'>): Promise<void> {
    for (let piece = 1; piece <= parts; piece += 1) await this.delete({ shelf, entry: pieceEntry(entry, piece) })
  }

  /** The event at a place; `undefined`: none. */
  async read({ shelf, entry }: Place): Promise<HeldEventRecord | undefined> {
    const item = await this.get({ shelf, entry })
    return item && (await this.recordOf(item))
  }

  /** The next events of one shelf, by one read. */
  async readShelf(after: Place, limit: number): Promise<ShelfRead> {
    const { items, next } = await this.itemsAfter(after, limit)
    const read = await Promise.allSettled(items.map((item) => this.recordOf(item)))
    return {
      events: read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
      errors: read.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
      next,
    }
  }

  /** The next items of a shelf that pass the filter. The pieces of large originals stand between them, and are read with theirs. */
  async itemsAfter(
    { shelf, entry }: Place,
    limit: number,
    { account, reason, service }: HeldFilter = {},
  ): Promise<{ readonly items: readonly Item[]; readonly next: Place | undefined }> {
    const wanted = Object.entries({ account, reason, service }).filter(([, value]) => value !== undefined)
    const { items, next } = await this.query({
      where: 'shelf = :shelf AND #entry > :after',
      values: { shelf, after: entry, ...Object.fromEntries(wanted) },
      filter: wanted.length === 0 ? undefined : wanted.map(([name]) => `#${name} = :${name}`).join(' AND '),
      limit: wanted.length === 0 ? limit : ITEMS_A_READ,
    })
    return {
      items: items.filter((item) => !isPiece(String(item['entry']))),
      next: next && { shelf, entry: String(next['entry']) },
    }
  }

  /** @throws Error when a piece of its original is missing: an original is given back to the letter, or not at all */
  async recordOf(item: Item): Promise<HeldEventRecord> {
    const held = readHeldItem(item)
    const { shelf, entry, parts } = held
    const pieces = [item['original'] as Uint8Array]
    if (parts > 0) {
      const values = { shelf, prefix: pieceEntry(entry) }
      const others = await this.all({ where: 'shelf = :shelf AND begins_with(#entry, :prefix)', values })
      pieces.push(...others.map((piece) => piece['original'] as Uint8Array))
      if (others.length !== parts) throw new Error(`${pieceEntry(entry)}* has ${others.length} pieces, not ${parts}`)
    }
    return { ...held, original: unpack(Buffer.concat(pieces), UNPACKED_BYTES) }
  }

  /** Names of shelves from one on, in order, at most `SHELVES_A_READ`; an empty shelf stays listed. */
  async shelvesFrom(kind: ShelfKind, first: string | undefined): Promise<readonly string[]> {
    const { items } = await this.query({
      where: 'shelf = :shelves AND #entry BETWEEN :from AND :to',
      // `$` follows `#`: nothing of this kind sorts after it.
      values: { shelves: SHELVES, from: first ?? `${kind}#`, to: `${kind}$` },
      limit: SHELVES_A_READ,
    })
    return items.map((item) => String(item['entry']))
  }

  /** Names of all shelves of parked events, from one on, in order. */
  async *parkedShelves(first: string | undefined): AsyncGenerator<string> {
    let last: string | undefined
    for (;;) {
      const names = (await this.shelvesFrom('parked', last ?? first)).filter((name) => name !== last)
      yield* names
      if (names.length === 0) return
      last = names.at(-1)
    }
  }

  /** Counts the events on a shelf of parked ones; `undefined`: it is empty. A parked event is one item: none is larger. */
  async summarize(shelf: string): Promise<ShelfSummary | undefined> {
    const of = { where: 'shelf = :shelf', values: { shelf } }
    const { items: [first] = [] } = await this.query({ ...of, limit: 1 })
    const { items: [last] = [] } = await this.query({ ...of, limit: 1, order: 'newest-first' })
    if (first === undefined || last === undefined) return undefined
    const timeOf = (item: Item): string => timeOfEntry(String(item['entry']))
    return { ...(await this.count(of, READS_A_COUNT)), first: timeOf(first), last: timeOf(last) }
  }
}

/** A valid event lies under its identity and time; the fingerprint tells it from another. `undefined`: any may be replaced. */
const whereNoOtherLies = ({ fingerprint }: Item): Condition | undefined =>
  fingerprint === undefined
    ? undefined
    : { where: 'attribute_not_exists(shelf) OR fingerprint = :fingerprint', values: { fingerprint } }

const whereItLies = ({ fingerprint }: Item): Condition =>
  fingerprint === undefined
    ? { where: 'attribute_exists(shelf)' }
    : { where: 'fingerprint = :fingerprint', values: { fingerprint } }
