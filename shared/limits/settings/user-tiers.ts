import { sha256 } from '../../digest/sha256.ts'
import type { Page } from '../../ledger/page/page.ts'
import { byName } from '../../text/order.ts'

/** Who is in which tier; users without an assignment are missing. */
export type UserTiers = ReadonlyMap<string, string>

/** The newest change of each user's tier in pages; `undefined`: back to the tier of new users. */
export function userTierChanges(pages: readonly Page[]): ReadonlyMap<string, string | undefined> {
  const changes = new Map<string, string | undefined>()
  for (const entry of pages.flatMap(({ entries }) => entries)) {
    if (entry.kind === 'user-tiers') for (const [user, tier] of entry.tiers) changes.set(user, tier)
    if (entry.kind === 'upgrade-decision' && entry.granted.kind === 'tier') changes.set(entry.user, entry.granted.tier)
  }
  return changes
}

export function changeUserTiers(tiers: UserTiers, changes: ReadonlyMap<string, string | undefined>): UserTiers {
  const changed = new Map(tiers)
  for (const [user, tier] of changes) {
    if (tier === undefined) changed.delete(user)
    else changed.set(user, tier)
  }
  return changed
}

/** Rows, not object keys: a user may be called `__proto__`. */
export const userTiersText = (tiers: UserTiers): string => JSON.stringify([...tiers].sort(byName))

export const readUserTiers = (text: string): UserTiers => new Map(JSON.parse(text) as readonly [string, string][])

/** Snapshots store user tiers in this many parts: each is an item that some 30,000 users fit in. Never changes. */
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
