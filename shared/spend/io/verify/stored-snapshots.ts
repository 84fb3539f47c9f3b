import { unpack } from '../../../ledger/io/page-item.ts'
import { type Cursor, PIECES, pieceName, type SnapshotsTable, UNPACKED_BYTES } from '../snapshots-table.ts'

/** A part as it stands in the table, packed: an account's snapshots unpacked may be larger than its log. */
export interface StoredPart {
  readonly seq: number
  /** Unpacks it. @throws Error when it can't be read */
  readonly text: () => string
}

/** An account's snapshots at one moment. */
export interface StoredSnapshots {
  readonly cursor: Cursor | undefined
  readonly parts: ReadonlyMap<string, StoredPart>
}

const READINGS = 10
const KNOWN_FORMAT = 2

/**
 * Reads all parts, until none of them was written meanwhile: chunks of two moments say nothing about each other.
 *
 * After ten readings what was read stands: a follower that busy is seen at the next run.
 */
export async function readSnapshots(table: SnapshotsTable, account: string): Promise<StoredSnapshots> {
  let snapshots = await readOnce(table, account)
  for (let reading = 1; reading < READINGS && snapshots.parts.size > 0; reading += 1) {
    const again = await readOnce(table, account)
    const isSame = snapshots.cursor?.seq === again.cursor?.seq && isSameParts(snapshots.parts, again.parts)
    snapshots = again
    if (isSame) break
  }
  return snapshots
}

const isSameParts = (a: StoredSnapshots['parts'], b: StoredSnapshots['parts']): boolean =>
  a.size === b.size && [...a].every(([part, { seq }]) => b.get(part)?.seq === seq)

async function readOnce(table: SnapshotsTable, account: string): Promise<StoredSnapshots> {
  const parts = new Map<string, StoredPart>()
  const pieces = new Map<string, Uint8Array>()
  let cursor: Cursor | undefined
  for await (const items of table.pages({ where: 'account = :account', values: { account } })) {
    for (const item of items) {
      const part = String(item['part'])
      if (part === 'cursor') cursor = cursorOf(item)
      else if (part.startsWith(PIECES)) pieces.set(part, item['bytes'] as Uint8Array)
      else parts.set(part, partOf(item, pieces))
    }
  }
  return { cursor, parts }
}

const cursorOf = (item: Readonly<Record<string, unknown>>): Cursor => ({
  seq: Number(item['seq']),
  hash: String(item['hash']),
  timeZone: String(item['time_zone']),
})

const partOf = (item: Readonly<Record<string, unknown>>, pieces: ReadonlyMap<string, Uint8Array>): StoredPart => ({
  seq: Number(item['seq']),
  text: () => {
    const { format } = item
    if (Number(format) !== KNOWN_FORMAT) throw new RangeError(`format ${String(format)}, unknown to this release`)
    return unpack(wholeOf(item, pieces), UNPACKED_BYTES)
  },
})

function wholeOf(
  { part, packed, pieces = 1, content }: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  if (!(packed instanceof Uint8Array)) throw new RangeError('nothing packed')
  const others = Array.from({ length: Number(pieces) - 1 }, (_, place) => {
    const piece = known.get(pieceName(String(part), String(content), place + 1))
    if (piece === undefined) throw new RangeError(`piece ${place + 1} of ${Number(pieces) - 1} is missing`)
    return piece
  })
  return Buffer.concat([packed, ...others])
}

/** What a part's name says it holds. */
type PartName =
  | { readonly kind: 'totals'; readonly month: string }
  | { readonly kind: 'users'; readonly month: string; readonly generation: number; readonly chunk: number }
  | { readonly kind: 'pool'; readonly month: string; readonly pool: string }
  | { readonly kind: 'limits' }
  | { readonly kind: 'user-tiers'; readonly shard: number }

const TOTALS = /^totals#(\d{4}-\d{2})$/
const USERS = /^users#(\d{4}-\d{2})#([1-9]\d?)#(0|[1-9]\d*)$/
const POOL = /^pool#(\d{4}-\d{2})#(account|group#.+)$/su
const USER_TIERS = /^user-tiers#(0|[1-9]|1[0-5])$/

/** What a part's name says; `undefined`: no part has such a name. */
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

/** The generation of chunks that totals name; text that can't be read has none, and is a finding where it is compared. */
export function generationOf(totals: StoredPart | undefined): number | undefined {
  try {
    const { generation } = JSON.parse(totals?.text() ?? '{}') as { readonly generation?: unknown }
    return Number.isInteger(generation) ? Number(generation) : undefined
  } catch {
    return undefined
  }
}
