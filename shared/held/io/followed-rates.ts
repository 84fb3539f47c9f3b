import type { Instant } from '../../time/instant.ts'
import type { Place } from '../held-event.ts'
import type { HeldTable } from './held-table.ts'

/** How far the rate cards have been followed. */
export interface FollowedRates {
  /** Counts the changes of this. */
  readonly revision: number
  /** Events about the versions up to this were published. */
  readonly announced: number
  /** All parked events were tried by the cards up to this version. */
  readonly redriven: number
  /** When the walk began that tried them. */
  readonly redrivenAt: Instant
  /** A walk through the shelves on its way. */
  readonly walk: Walk | undefined
  /** The last waiting event that was looked at, when there was no time for those after it. */
  readonly aheadAfter: string | undefined
}

export interface Walk {
  readonly version: number
  readonly beganAt: Instant
  /** The last place looked at; `undefined`: none. */
  readonly place: Place | undefined
  /** Whether some events could not be tried. */
  readonly isPartial: boolean
}

const KEY = { shelf: 'followed', entry: 'rates' }

const NOTHING_FOLLOWED: FollowedRates = {
  revision: 0,
  announced: 0,
  redriven: 0,
  redrivenAt: 0,
  walk: undefined,
  aheadAfter: undefined,
}

export async function readFollowed(table: HeldTable): Promise<FollowedRates> {
  const item = await table.get(KEY)
  if (item === undefined) return NOTHING_FOLLOWED
  const walk = item['walk'] as string | undefined
  return {
    revision: Number(item['revision']),
    announced: Number(item['announced']),
    redriven: Number(item['redriven']),
    redrivenAt: Number(item['redrivenAt']),
    walk: walk === undefined ? undefined : (JSON.parse(walk) as Walk),
    aheadAfter: item['aheadAfter'] as string | undefined,
  }
}

/** Goes on from `from`. If another process went on from there first, its result stays. */
export async function writeFollowed(
  table: HeldTable,
  from: FollowedRates,
  { walk, ...next }: Omit<FollowedRates, 'revision'>,
): Promise<void> {
  const item = { ...KEY, ...next, revision: from.revision + 1, walk: walk && JSON.stringify(walk) }
  await table.putIf(item, 'attribute_not_exists(shelf) OR revision = :revision', { revision: from.revision })
}

/** The shelf that lists the shelves of which an event was published, since they were last empty. */
const TOLD = 'told'

/** When an event about each shelf was last published. */
export async function readTold(table: HeldTable): Promise<ReadonlyMap<string, Instant>> {
  const items = await table.all({ where: 'shelf = :told', values: { told: TOLD } })
  return new Map(items.map((item) => [String(item['entry']), Number(item['at'])]))
}

export const markTold = (table: HeldTable, shelf: string, at: Instant): Promise<void> =>
  table.put({ shelf: TOLD, entry: shelf, at })

export const forgetTold = (table: HeldTable, shelf: string): Promise<void> =>
  table.delete({ shelf: TOLD, entry: shelf })
