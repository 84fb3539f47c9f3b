import { sha256, toHex } from '../digest/sha256.ts'
import type { Instant } from '../time/instant.ts'

/**
 * Account-bound ids: UUIDv8 (RFC 9562, 5.8) that carry their time and their account, so that a replay is found, and a
 * wrong account refused, without a read.
 *
 * 48 bits Unix ms · version 8 · 12 bits binding · variant 10 · 12 bits binding · 50 bits random;
 * binding = the first 24 bits of SHA-256(UTF-8(source) ‖ 0 ‖ UTF-8(account)), high half first.
 */
const UUID_V8 = /^([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{12})$/

const RANDOM_BITS = 50n
const RANDOM_MASK = (1n << RANDOM_BITS) - 1n
const LATEST_TIME = 2 ** 48 - 1

export interface BoundId {
  readonly time: Instant
  /** Six hex digits. */
  readonly binding: string
  /** The 50 bits that neither time nor account give, as 13 hex digits. */
  readonly random: string
}

/** Reads an id's parts; `undefined` for every id that is no lower-case UUIDv8: those are opaque. */
export function readBoundId(id: string): BoundId | undefined {
  const match = UUID_V8.exec(id)
  if (!match) return undefined
  const [, high = '', low = '', bindingHigh = '', variantGroup = '', node = ''] = match
  const variant = Number.parseInt(variantGroup, 16)
  const bindingLow = (((variant & 0x3fff) >> 2) & 0xfff).toString(16).padStart(3, '0')
  return {
    time: Number.parseInt(high + low, 16),
    binding: bindingHigh + bindingLow,
    random: (variant & 0x3).toString(16) + node,
  }
}

/** The 24 bits that tie ids of `source` to `account`, as six hex digits. */
export function bindingOf(source: string, account: string): string {
  return toHex(sha256(`${source}\0${account}`).subarray(0, 3))
}

/**
 * Makes the id of an event that happened at `time`.
 *
 * @param random 50 bits; the rest is cut off
 * @throws RangeError for a time before 1970 or past the year 10889
 */
export function accountBoundId(source: string, account: string, time: Instant, random: bigint): string {
  if (!Number.isInteger(time) || time < 0 || time > LATEST_TIME) throw new RangeError(`no 48-bit time: ${time}`)
  return boundIdFrom({
    time,
    binding: bindingOf(source, account),
    random: (random & RANDOM_MASK).toString(16).padStart(13, '0'),
  })
}

/** The id of these parts: the inverse of `readBoundId`. */
export function boundIdFrom({ time, binding, random }: BoundId): string {
  const stamp = time.toString(16).padStart(12, '0')
  const variant = 0x8000 | (Number.parseInt(binding.slice(3), 16) << 2) | Number.parseInt(random.slice(0, 1), 16)
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-8${binding.slice(0, 3)}-${variant.toString(16)}-${random.slice(1)}`
}
