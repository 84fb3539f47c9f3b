import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityOf } from '../../../../shared/ledger/entries/entries.ts'
import type { Identity } from '../../../../shared/ledger/entries/identity.ts'
import { readPage } from '../../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../../shared/ledger/page/page.ts'
import {
  type Double,
  doublesIn,
  type EntryPlace,
  RECORD_BYTES,
  writeRecord,
} from '../../../../shared/ledger/verify/verify-identities.ts'
import type { StoredTables } from '../stored-tables.ts'
import type { Violation } from './verify-accounts.ts'

/** Every identity of the logs that are verified together, each of which may stand in one place of one log. */
export interface Identities {
  readonly add: (page: Page) => void
  /** After the last page. */
  readonly tellDoubles: (tell: (violation: Violation) => Promise<void>) => Promise<void>
  readonly close: () => void
}

export function collectIdentities({ log }: Pick<StoredTables, 'log'>): Identities {
  const sorter = identitySorter()
  const accounts: string[] = []
  const numbers = new Map<string, number>()

  const numberOf = (account: string): number => {
    const known = numbers.get(account)
    if (known !== undefined) return known
    numbers.set(account, accounts.length)
    return accounts.push(account) - 1
  }
  const add = ({ header, entries }: Page): void => {
    const account = numberOf(header.account)
    entries.forEach((entry, position) => {
      sorter.add(identityOf(entry, header.account), { account, seq: header.seq, position })
    })
  }
  const tellDoubles: Identities['tellDoubles'] = async (tell) => {
    const nameOf = ({ account }: EntryPlace): string => accounts[account] ?? ''
    for (const { first, second } of sorter.doubles()) {
      const [account, page] = [nameOf(second), second.seq]
      const identity = await identityAt(log, account, second)
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
  return { add, tellDoubles, close: sorter.close }
}

/** Hashes were compared; people know the identity itself. */
async function identityAt(
  log: StoredTables['log'],
  account: string,
  { seq, position }: EntryPlace,
): Promise<Identity | undefined> {
  // A page that contradicts itself is told elsewhere.
  const page = await readPage(log, account, seq).catch(() => undefined)
  const entry = page?.entries[position]
  return entry && identityOf(entry, account)
}

/** `usage /chat/eu order-17`. */
const textOf = (identity: Identity): string => identity.replaceAll('\0', ' ')

/** Collects every identity and its place, and finds those that stand twice. */
interface IdentitySorter {
  readonly add: (identity: Identity, place: EntryPlace) => void
  /** Once, after the last identity. */
  readonly doubles: () => Iterable<Double>
  /** Removes what it wrote. */
  readonly close: () => void
}

/** Records that are still together after so many bytes are as good as all of one identity. */
const LAST_BYTE = 8

/** 28 bytes each: 3.5 MB of records, and some 10 MB more while they are compared. */
const RECORDS_AT_ONCE = 128 * 1024

/**
 * Identities beyond the first block go to files in the temporary folder, by the first byte of their hash, and then block
 * by block through memory: it takes no more of it for a log of a hundred million entries than for one of a million.
 *
 * @param recordsAtOnce how many are held in memory
 */
export function identitySorter(recordsAtOnce = RECORDS_AT_ONCE): IdentitySorter {
  const files = dealer(0, recordsAtOnce)
  const block = new Uint8Array(recordsAtOnce * RECORD_BYTES)
  let used = 0

  const add = (identity: Identity, place: EntryPlace): void => {
    if (used === block.length) {
      files.deal(block)
      used = 0
    }
    writeRecord(block, used, identity, place)
    used += RECORD_BYTES
  }

  function* doubles(): Iterable<Double> {
    if (files.isEmpty()) {
      yield* doublesIn(block.subarray(0, used))
      return
    }
    files.deal(block.subarray(0, used))
    yield* files.doubles()
  }
  return { add, doubles, close: files.close }
}

interface Dealer {
  readonly deal: (records: Uint8Array) => void
  readonly isEmpty: () => boolean
  readonly doubles: () => Iterable<Double>
  readonly close: () => void
}

/** Deals records into 256 files by one byte of their hashes; equal ones come into the same file, in their order. */
function dealer(byte: number, recordsAtOnce: number): Dealer {
  const files = new Map<number, string>()
  let folder: string | undefined

  const deal = (records: Uint8Array): void => {
    folder ??= mkdtempSync(join(tmpdir(), 'groschen-verify-'))
    const piles = new Map<number, Uint8Array[]>()
    for (let offset = 0; offset < records.length; offset += RECORD_BYTES) {
      const value = records[offset + byte] ?? 0
      const pile = piles.get(value)
      const record = records.subarray(offset, offset + RECORD_BYTES)
      if (pile === undefined) piles.set(value, [record])
      else pile.push(record)
    }
    for (const [value, pile] of piles) {
      const file = join(folder, String(value))
      files.set(value, file)
      appendFileSync(file, Buffer.concat(pile), { mode: 0o600 })
    }
  }

  function* doubles(): Iterable<Double> {
    for (const file of files.values()) {
      const isLarge = statSync(file).size > recordsAtOnce * RECORD_BYTES
      if (isLarge && byte < LAST_BYTE) yield* doublesOfLarge(file, byte + 1, recordsAtOnce)
      else yield* doublesIn(readFileSync(file))
      rmSync(file)
    }
  }
  const close = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
  return { deal, isEmpty: () => files.size === 0, doubles, close }
}

/** A file of more records than are held at once is dealt again, by the next byte. */
function* doublesOfLarge(file: string, byte: number, recordsAtOnce: number): Iterable<Double> {
  const smaller = dealer(byte, recordsAtOnce)
  try {
    for (const records of pieces(file, recordsAtOnce * RECORD_BYTES)) smaller.deal(records)
    yield* smaller.doubles()
  } finally {
    smaller.close()
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
