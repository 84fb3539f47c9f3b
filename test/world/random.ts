/** Randomness of a seed. Streams of different names are independent: what one draws never shifts another. */
export interface Random {
  /** From 0 to below 1. */
  readonly unit: () => number
  /** A whole number from 0 to below `bound`. */
  readonly below: (bound: number) => number
  readonly between: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(from: readonly T[]) => T
  readonly hex: (digits: number) => string
  readonly bits: (count: number) => bigint
  /** Around `median`, never negative; a third lie beyond median × or ÷ e^spread. */
  readonly logNormal: (median: number, spread: number) => number
}

/** FNV-1a: turns a stream's name into numbers. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/** sfc32: small, fast, passes PractRand. */
export function randomOf(seed: number, stream = ''): Random {
  let [a, b, c, counter] = [seed | 0, hashOf(stream) | 0, hashOf(`${seed}/${stream}`) | 0, 1]
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let warm = 0; warm < 12; warm += 1) next()
  const unit = (): number => next() / 2 ** 32
  const below = (bound: number): number => Math.floor(unit() * bound)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  return {
    unit,
    below,
    between: (low, high) => low + unit() * (high - low),
    chance: (probability) => unit() < probability,
    pick: (from) => from[below(from.length)]!,
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(''),
    bits: (count) => {
      let bits = 0n
      for (let have = 0; have < count; have += 32) bits = (bits << 32n) | BigInt(next())
      return bits & ((1n << BigInt(count)) - 1n)
    },
    logNormal: (median, spread) => Math.round(median * Math.exp(spread * normal())),
  }
}

/**
 * A number from 0 to below 1 that depends on nothing but its arguments: the weather of call `ordinal`.
 *
 * So a history stays the same up to the place where it is shortened.
 */
export function unitAt(seed: number, ordinal: number, purpose: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(ordinal + 0x7f4a7c15, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ Math.imul(purpose + 1, 0x27d4eb2f), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
}
