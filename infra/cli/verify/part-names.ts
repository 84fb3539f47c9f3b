import type { StoredPart } from './stored-snapshots.ts'

/** What a part's name says it holds. */
export type PartName =
  | { readonly kind: 'totals'; readonly month: string }
  | { readonly kind: 'users'; readonly month: string; readonly generation: number; readonly chunk: number }
  | { readonly kind: 'pool'; readonly month: string; readonly pool: string }
  | { readonly kind: 'limits' }
  | { readonly kind: 'user-tiers'; readonly shard: number }

const TOTALS = /^totals#(\d{4}-\d{2})$/
const USERS = /^users#(\d{4}-\d{2})#([1-9]\d?)#(0|[1-9]\d*)$/
const POOL = /^pool#(\d{4}-\d{2})#(account|group#.+)$/su
const USER_TIERS = /^user-tiers#(0|[1-9]|1[0-5])$/

/** `undefined` for a name that none of ours is. */
export function readName(part: string): PartName | undefined {
  const [, totalsMonth] = TOTALS.exec(part) ?? []
  if (totalsMonth !== undefined) return { kind: 'totals', month: totalsMonth }
  const [, poolMonth, pool] = POOL.exec(part) ?? []
  if (poolMonth !== undefined && pool !== undefined) return { kind: 'pool', month: poolMonth, pool }
  if (part === 'limits') return { kind: 'limits' }
  const [, shard] = USER_TIERS.exec(part) ?? []
  if (shard !== undefined) return { kind: 'user-tiers', shard: Number(shard) }
  const [, month, generation, chunk] = USERS.exec(part) ?? []
  if (month === undefined) return undefined
  return { kind: 'users', month, generation: Number(generation), chunk: Number(chunk) }
}

/** The generation of chunks that totals name; text that can't be read has none, and is told where it is compared. */
export function generationOf(totals: StoredPart | undefined): number | undefined {
  try {
    const { generation } = JSON.parse(totals?.text() ?? '{}') as { readonly generation?: unknown }
    return Number.isInteger(generation) ? Number(generation) : undefined
  } catch {
    return undefined
  }
}
