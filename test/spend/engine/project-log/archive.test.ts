import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Archiver } from '../../../../functions/project-log/archiver.ts'
import { followAccounts } from '../../../../functions/project-log/follow-accounts.ts'
import { WarmTails } from '../../../../functions/project-log/warm-tails.ts'
import {
  type Block,
  blockKey,
  latestEpoch,
  listBlocks,
  readBlock,
} from '../../../../shared/ledger/io/archive/page-archive.ts'
import type { Page } from '../../../../shared/ledger/page/page.ts'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { charged, granted, NOON, opened } from '../../../world/pages.ts'
import { plentyOfTime, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
beforeEach(() => {
  world.clock = NOON + MINUTE_MS
  world.archive.isDown = false
})

async function all<T>(generated: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of generated) items.push(item)
  return items
}

const blocksOf = (account: string, from?: number): Promise<readonly Block[]> =>
  all(listBlocks(world.archive, account, 0, from))

async function archived(account: string): Promise<readonly Page[]> {
  const blocks = await blocksOf(account)
  return (await Promise.all(blocks.map((block) => readBlock(world.archive, block)))).flat()
}

describe('the archive', () => {
  test('holds each page as soon as its log was followed, the same to the last bit', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500.000001')])
    const [page] = await log.append([charged('0.1569')])
    await world.project(log)
    expect((await archived(log.account)).map(({ header }) => header.seq)).toEqual([1, 2])
    expect((await archived(log.account))[1]).toEqual(page)
  })

  test('is given the pages of one follow as one object, and each page once by a process', async () => {
    const log = await world.openAccount([opened(), granted('10')])
    const before = world.archive.puts()
    await world.project(log)
    await log.append([charged('1')], [charged('2')], [charged('3')])
    await world.project(log)
    await world.project(log)
    expect(world.archive.puts() - before).toBe(2)
    expect(await blocksOf(log.account)).toMatchObject([
      { first: 1, last: 1 },
      { first: 2, last: 4 },
    ])
    expect(await blocksOf(log.account, 2)).toMatchObject([{ first: 2, last: 4 }])
  })

  test('is completed by a process that does not know what another one put', async () => {
    const log = await world.openAccount([opened(), granted('10')])
    await world.project(log)
    await log.append([charged('1')])
    const other = { ...world.ports, archiver: new Archiver(world.archive), tails: new WarmTails() }
    await followAccounts(other, [log.account], plentyOfTime)
    expect(await blocksOf(log.account)).toMatchObject([
      { first: 1, last: 1 },
      { first: 1, last: 2 },
    ])
  })

  test('that can’t be reached holds back the cursor, so that nothing is left out', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('600')])
    world.archive.isDown = true
    expect(await world.project(log)).toMatchObject([{ kind: 'failed' }])
    expect(await log.cursor()).toBeUndefined()

    world.archive.isDown = false
    await world.project(log)
    expect(await log.cursor()).toBe(2)
    expect(await archived(log.account)).toHaveLength(2)
  })

  test('keeps the pages that a restore replaced: those after it lie elsewhere', async () => {
    const log = await world.openAccount([opened()], [granted('10')])
    const restored = { kind: 'restore', epoch: 3, key: 'b', actor: 'ada', at: NOON, reason: 'Test' } as const
    await log.append([restored], [charged('1')])
    await world.project(log)
    expect(await blocksOf(log.account)).toMatchObject([{ first: 1, last: 2 }])
    expect(await latestEpoch(world.archive, log.account)).toBe(3)
    const [after] = await all(listBlocks(world.archive, log.account, 3))
    expect(after).toMatchObject({ first: 3, last: 4 })
    expect(blockKey(after!)).toBe(`log/${log.account}/e3/0000000003-0000000004.pages`)
  })
})
