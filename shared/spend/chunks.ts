import { sha256 } from '../digest/sha256.ts'
import { type Spend, type Spends, weightOf } from './spend.ts'

/** A month's users lie in 2^bits chunks; each generation has twice as many as the one before (contracts, "Tables"). */
export const FIRST_GENERATION = 1
/** The bits of a user's hash that choose the chunk. */
export const bitsOf = (generation: number): number => generation - FIRST_GENERATION
/** How many chunks a generation has. */
export const chunksOf = (generation: number): number => 2 ** bitsOf(generation)

/** A chunk's users weigh no more than this, so that a rewrite costs at most 32 write units. */
const CHUNK_BYTES = 32 * 1024

/** The chunk of a user: the first bits of SHA-256(user). */
export function chunkOf(user: string, generation: number): number {
  const bits = bitsOf(generation)
  const [a = 0, b = 0, c = 0, d = 0] = sha256(user)
  const first32 = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
  return bits === 0 ? 0 : first32 >>> (32 - bits)
}

/** The users of each chunk; chunks without users are left out. */
export function splitByChunk(spends: Spends, generation: number): ReadonlyMap<number, Spends> {
  const chunks = new Map<number, Map<string, Spend>>()
  for (const [user, spend] of spends) {
    const chunk = chunkOf(user, generation)
    const users = chunks.get(chunk)
    if (users === undefined) chunks.set(chunk, new Map([[user, spend]]))
    else users.set(user, spend)
  }
  return chunks
}

/** Whether users fit into one chunk, by their counted weight. */
export const fitsChunk = (spends: Spends): boolean => weightOf(spends) <= CHUNK_BYTES

/**
 * The first generation, not below `from`, in which each chunk of these users fits.
 *
 * Weights only grow with the log and a split only makes them smaller: in any number of steps, the same log gives the same
 * generation. One user always fits: 128 characters, and the rows that `USER_ROOM_BYTES` has room for.
 */
export function generationFor(spends: Spends, from: number): number {
  let generation = from
  while (![...splitByChunk(spends, generation).values()].every(fitsChunk)) generation += 1
  return generation
}
