import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityOf } from '../../../../shared/ledger/entries/entries.ts'
import type { Identity } from '../../../../shared/ledger/entries/identity.ts'
import { type LogTable, readPage } from '../../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../../shared/ledger/page/page.ts'
import type { Violation } from '../../../../shared/ledger/verify/finding.ts'
import {
  type Double,
  doublesIn,
  type EntryPlace,
  RECORD_BYTES,
  writeRecord,
} from '../../../../shared/ledger/verify/verify-identities.ts'

/** Every identity of the logs that are verified together, each of which may stand in one place of one log. */
export class Identities {
  readonly #log: LogTable
  readonly #sorter = new IdentitySorter()
  readonly #accounts: string[] = []
  readonly #numbers = new Map<string, number>()

  constructor(log: LogTable) {
    this.#log = log
  }

  add({ header, entries }: Page): void {
    const account = this.#numberOf(header.account)
    entries.forEach((entry, position) => {
      this.#sorter.add(identityOf(entry, header.account), { account, seq: header.seq, position })
    })
  }

  /** After the last page. */
  async tellDoubles(tell: (violation: Violation) => Promise<void>): Promise<void> {
    const nameOf = ({ account }: EntryPlace): string => this.#accounts[account] ?? ''
    for (const { first, second } of this.#sorter.doubles()) {
      const [account, page] = [nameOf(second), second.seq]
      const identity = await identityAt(this.#log, account, second)
      await tell({
        account,
        page,
        check: 'identity',
        entry: second.position,
        expected: `${identity === undefined ? 'its identity' : textOf(identity)} once`,
        found: `also in page ${first.seq} entry ${first.position} of ${nameOf(first)}`,
      })
    }
  }

  close(): void {
    this.#sorter.close()
  }

  #numberOf(account: string): number {
    const known = this.#numbers.get(account)
    if (known !== undefined) return known
    this.#numbers.set(account, this.#accounts.length)
    return this.#accounts.push(account) - 1
  }
}

/** Hashes were compared; people know the identity itself. */
async function identityAt(
  log: LogTable,
  account: string,
  { seq, position }: EntryPlace,
): Promise<Identity | undefined> {
  // A page that contradicts itself is a finding of its own.
  const page = await readPage(log, account, seq).catch(() => undefined)
  const entry = page?.entries[position]
  return entry && identityOf(entry, account)
}

/** `usage /chat/eu order-17`. */
const textOf = (identity: Identity): string => identity.replaceAll('\0', ' ')

/** Records whose hashes agree in eight bytes are as good as all of one identity. */
const LAST_BYTE = 8

/** 28 bytes each: 3.5 MB of records, and some 10 MB more while they are compared. */
const RECORDS_AT_ONCE = 128 * 1024

/**
 * Collects identities and their places, and finds those that stand twice.
 *
 * Identities beyond the first block go to files in the temporary folder, by the first byte of their hash, and then block
 * by block through memory: a log of a hundred million entries takes no more of it than one of a million.
 */
export class IdentitySorter {
  readonly #files: Dealer
  readonly #block: Uint8Array
  #used = 0

  /** @param recordsAtOnce how many are held in memory */
  constructor(recordsAtOnce = RECORDS_AT_ONCE) {
    this.#files = new Dealer(0, recordsAtOnce)
    this.#block = new Uint8Array(recordsAtOnce * RECORD_BYTES)
  }

  add(identity: Identity, place: EntryPlace): void {
    if (this.#used === this.#block.length) {
      this.#files.deal(this.#block)
      this.#used = 0
    }
    writeRecord(this.#block, this.#used, identity, place)
    this.#used += RECORD_BYTES
  }

  /** Once, after the last identity. */
  *doubles(): Iterable<Double> {
    const last = this.#block.subarray(0, this.#used)
    if (this.#files.isEmpty) return yield* doublesIn(last)
    this.#files.deal(last)
    yield* this.#files.doubles()
  }

  /** Removes what it wrote. */
  close(): void {
    this.#files.close()
  }
}

/** Deals records into 256 files by one byte of their hashes; equal ones come into the same file, in their order. */
class Dealer {
  readonly #byte: number
  readonly #recordsAtOnce: number
  readonly #files = new Map<number, string>()
  #folder: string | undefined

  constructor(byte: number, recordsAtOnce: number) {
    this.#byte = byte
    this.#recordsAtOnce = recordsAtOnce
  }

  get isEmpty(): boolean {
    return this.#files.size === 0
  }

  deal(records: Uint8Array): void {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'groschen-verify-'))
    const piles = new Map<number, Uint8Array[]>()
    for (let offset = 0; offset < records.length; offset += RECORD_BYTES) {
      const value = records[offset + this.#byte] ?? 0
      const pile = piles.get(value)
      const record = records.subarray(offset, offset + RECORD_BYTES)
      if (pile === undefined) piles.set(value, [record])
      else pile.push(record)
    }
    for (const [value, pile] of piles) {
      const file = join(this.#folder, String(value))
      this.#files.set(value, file)
      appendFileSync(file, Buffer.concat(pile), { mode: 0o600 })
    }
  }

  *doubles(): Iterable<Double> {
    for (const file of this.#files.values()) {
      const isLarge = statSync(file).size > this.#recordsAtOnce * RECORD_BYTES
      if (isLarge && this.#byte < LAST_BYTE) yield* this.#doublesOfLarge(file)
      else yield* doublesIn(readFileSync(file))
      rmSync(file)
    }
  }

  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }

  /** A file of more records than are held at once is dealt again, by the next byte. */
  *#doublesOfLarge(file: string): Iterable<Double> {
    const smaller = new Dealer(this.#byte + 1, this.#recordsAtOnce)
    try {
      for (const records of pieces(file, this.#recordsAtOnce * RECORD_BYTES)) smaller.deal(records)
      yield* smaller.doubles()
    } finally {
      smaller.close()
    }
  }
}

function* pieces(file: string, bytes: number): Iterable<Uint8Array> {
  const piece = new Uint8Array(bytes)
  const descriptor = openSync(file, 'r')
  try {
    for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece))
      yield piece.subarray(0, read)
  } finally {
    closeSync(descriptor)
  }
}
