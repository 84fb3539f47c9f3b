/** Randomness of a seed: the same events in every run, on every machine. */
export interface Random {
  /** From 0 to below 1. */
  readonly unit: () => number
  /** A whole number from 0 to below `bound`. */
  readonly below: (bound: number) => number
  readonly bits: (count: number) => bigint
  /** Around `median`, never negative; a third lie beyond median × or ÷ e^spread. */
  readonly logNormal: (median: number, spread: number) => number
}

/** mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed | 0
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  return {
    unit,
    below: (bound) => Math.floor(unit() * bound),
    bits: (count) => {
      let bits = 0n
      for (let have = 0; have < count; have += 32) bits = (bits << 32n) | BigInt(Math.floor(unit() * 2 ** 32))
      return bits & ((1n << BigInt(count)) - 1n)
    },
    logNormal: (median, spread) => Math.round(median * Math.exp(spread * normal())),
  }
}
