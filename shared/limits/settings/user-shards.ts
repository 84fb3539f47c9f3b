import { sha256 } from '../../digest/sha256.ts'

/** Who is in which tier lies in so many parts: each an item that some 30,000 users fit in. A constant of the snapshots. */
export const USER_SHARDS = 16

/** The shard of a user: the first four bits of SHA-256(user). */
export const shardOf = (user: string): number => (sha256(user)[0] ?? 0) >>> 4

/** By shard. */
export function splitByShard<T>(users: ReadonlyMap<string, T>): ReadonlyMap<number, ReadonlyMap<string, T>> {
  const shards = new Map<number, Map<string, T>>()
  for (const [user, of] of users) {
    const shard = shardOf(user)
    shards.set(shard, (shards.get(shard) ?? new Map<string, T>()).set(user, of))
  }
  return shards
}
