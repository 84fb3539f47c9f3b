import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rebuildSnapshots } from '../../../../functions/project-log/rebuild.ts'
import type { UpgradeRequestEntry } from '../../../../shared/ledger/entries/limits.ts'
import { readLimits } from '../../../../shared/limits/settings/limits-state.ts'
import { readUserTiers, shardOf } from '../../../../shared/limits/settings/user-tiers.ts'
import {
  LIMITS_PART,
  readPart,
  readParts,
  USER_TIERS,
  userTiersPart,
  writePart,
} from '../../../../shared/spend/io/snapshots-table.ts'
import { readSnapshots } from '../../../../shared/spend/io/verify/stored-snapshots.ts'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { windowOf } from '../../../../shared/time/window.ts'
import { largeText } from '../../../world/large-text.ts'
import { assigned } from '../../../world/limit-entries.ts'
import { charged, granted, NOON, opened } from '../../../world/pages.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
beforeEach(() => {
  world.clock = NOON + 10 * MINUTE_MS
})

const requested = (n: number): UpgradeRequestEntry => ({
  kind: 'upgrade-request',
  key: `k-${n}`,
  actor: 'olga',
  at: NOON,
  id: `r-${n}`,
  user: largeText(128),
  category: 'text',
  window: windowOf({ kind: 'month' }, '2026-11-23'),
  nth: 1,
  reason: largeText(500),
  wish: { kind: 'tier', tier: 'high' },
})

/** More in one part than an item of DynamoDB holds, whoever let so many of them into the log. */
const REQUESTS = 400
const REQUESTS_OF_A_PAGE = 20
const PAGES = REQUESTS / REQUESTS_OF_A_PAGE
const USERS_OF_A_SHARD = 1500

describe('an account whose limits outgrow an item', () => {
  test('is followed on: 400 upgrade requests of the largest kind, and what comes after them', async () => {
    const requests = Array.from({ length: PAGES }, (_, page) =>
      Array.from({ length: REQUESTS_OF_A_PAGE }, (__, n) => requested(page * REQUESTS_OF_A_PAGE + n)),
    )
    const log = await world.openAccount([opened(), granted('1500')], ...requests)
    expect(await world.project(log)).toMatchObject([{ kind: 'followed', folded: PAGES + 1 }])
    const part = await readPart(world.ports.snapshots, log.account, LIMITS_PART)
    expect(readLimits(part!.text).requests).toHaveLength(REQUESTS)

    await log.append([requested(REQUESTS)], [charged('1500')])
    world.clock += 10 * MINUTE_MS
    await world.project(log)
    expect(log.notices()).toContain(`${log.account}#${PAGES + 3}#exhausted`)
    const after = await readPart(world.ports.snapshots, log.account, LIMITS_PART)
    expect(readLimits(after!.text).requests).toHaveLength(REQUESTS + 1)
    const verified = await readSnapshots(world.ports.snapshots, log.account)
    expect(verified.parts.get(LIMITS_PART)?.text()).toBe(after!.text)
    expect([...verified.parts.keys()].filter((part) => part.startsWith('piece#'))).toEqual([])
    expect(await rebuildSnapshots(world.ports, log.account)).toMatchObject({ differing: [] })
  }, 120_000)

  test('is followed on: 1,500 users of the longest names in one shard', async () => {
    const names: string[] = []
    while (names.length < USERS_OF_A_SHARD) {
      const name = largeText(128)
      if (shardOf(name) === 0) names.push(name)
    }
    const entries = Array.from({ length: USERS_OF_A_SHARD / 100 }, (_, n) => [
      assigned(Object.fromEntries(names.slice(n * 100, n * 100 + 100).map((name) => [name, 'low']))),
    ])
    const log = await world.openAccount([opened()], ...entries)
    expect(await world.project(log)).toMatchObject([{ kind: 'followed' }])
    const parts = await readParts(world.ports.snapshots, log.account, USER_TIERS)
    expect(readUserTiers(parts.get(userTiersPart(0))!.text).size).toBe(USERS_OF_A_SHARD)
  }, 120_000)
})

describe('a part in pieces', () => {
  const text = (n: number) => JSON.stringify([n, largeText(300_000)])

  test('is replaced whole, and leaves no piece of the one before', async () => {
    const { snapshots } = world.ports
    const texts = [text(1), text(2), text(3)] as const
    expect(await writePart(snapshots, 'pieces', 'limits', undefined, { seq: 1, text: texts[0] })).toBe('written')
    expect(await writePart(snapshots, 'pieces', 'limits', undefined, { seq: 2, text: texts[1] })).toBe('overtaken')
    expect(await readPart(snapshots, 'pieces', 'limits')).toEqual({ seq: 1, text: texts[0] })
    expect(await writePart(snapshots, 'pieces', 'limits', 1, { seq: 3, text: texts[2] })).toBe('written')
    expect(await readPart(snapshots, 'pieces', 'limits')).toEqual({ seq: 3, text: texts[2] })
    expect(await writePart(snapshots, 'pieces', 'limits', 3, { seq: 4, text: '[]' })).toBe('written')
    expect([...(await readParts(snapshots, 'pieces', 'limits')).values()]).toEqual([{ seq: 4, text: '[]' }])
    expect(await piecesLeft('pieces')).toEqual([])
  }, 60_000)
})

async function piecesLeft(account: string): Promise<readonly unknown[]> {
  const { documents, name } = world.ports.snapshots
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'account = :account AND begins_with(part, :pieces)',
      ExpressionAttributeValues: { ':account': account, ':pieces': 'piece#' },
      ProjectionExpression: 'part',
    }),
  )
  return Items
}
