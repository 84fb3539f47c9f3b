import { sha256 } from '../../digest/sha256.ts'
import type { Identity } from '../entries/identity.ts'

/** Where an entry stands. `account` is a number that the caller gave it. */
export interface EntryPlace {
  readonly account: number
  readonly seq: number
  /** From 0 within the page. */
  readonly position: number
}

/** An identity that stands in two places. */
export interface Double {
  readonly first: EntryPlace
  readonly second: EntryPlace
}

/** An identity, by the 16 bytes that markers use too, and its place in three words. */
const HASH_BYTES = 16
export const RECORD_BYTES = HASH_BYTES + 12

/** Writes an identity and its place. Records of equal identities begin with the same 16 bytes; all others don't. */
export function writeRecord(bytes: Uint8Array, offset: number, identity: Identity, place: EntryPlace): void {
  bytes.set(sha256(identity).subarray(0, HASH_BYTES), offset)
  const view = viewOf(bytes)
  view.setUint32(offset + HASH_BYTES, place.account)
  view.setUint32(offset + HASH_BYTES + 4, place.seq)
  view.setUint32(offset + HASH_BYTES + 8, place.position)
}

/** The identities that more than one of these records is of: the first place with each further one, in their order. */
export function doublesIn(records: Uint8Array): readonly Double[] {
  const firsts = new Map<string, number>()
  const view = viewOf(records)
  const doubles: Double[] = []
  for (let offset = 0; offset < records.length; offset += RECORD_BYTES) {
    const hash = hashAt(view, offset)
    const first = firsts.get(hash)
    if (first === undefined) firsts.set(hash, offset)
    else doubles.push({ first: placeAt(view, first), second: placeAt(view, offset) })
  }
  return doubles
}

/** As a text of eight characters: what a `Map` compares fastest. */
const hashAt = (view: DataView, offset: number): string =>
  String.fromCharCode(
    view.getUint16(offset),
    view.getUint16(offset + 2),
    view.getUint16(offset + 4),
    view.getUint16(offset + 6),
    view.getUint16(offset + 8),
    view.getUint16(offset + 10),
    view.getUint16(offset + 12),
    view.getUint16(offset + 14),
  )

const placeAt = (view: DataView, offset: number): EntryPlace => ({
  account: view.getUint32(offset + HASH_BYTES),
  seq: view.getUint32(offset + HASH_BYTES + 4),
  position: view.getUint32(offset + HASH_BYTES + 8),
})

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
