import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rebuildSnapshots } from '../../../../functions/project-log/rebuild.ts'
import { readPart, totalsPart, writePart } from '../../../../shared/spend/io/snapshots-table.ts'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { charged, granted, NOON, opened } from '../../../world/pages.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
beforeEach(() => {
  world.clock = NOON + MINUTE_MS
})

/** An account whose log was followed to its end, with snapshots. */
async function followed() {
  const log = await world.openAccount([opened('1000'), granted('1500')], [charged('600'), charged('1.25')])
  for (let page = 0; page < 60; page += 1) await log.append([charged('0.1569')])
  world.clock += 10 * MINUTE_MS
  await world.project(log)
  return log
}

describe('rebuilding snapshots', () => {
  test('gives the same text, byte for byte, up to the same page, and publishes nothing', async () => {
    const log = await followed()
    const [before, cursor, notices] = [await log.snapshots(), await log.cursor(), log.notices()]
    expect(Object.keys(before).length).toBeGreaterThan(1)
    expect(await rebuildSnapshots(world.ports, log.account)).toMatchObject({ seq: 62, differing: [] })
    expect([await log.snapshots(), await log.cursor(), log.notices()]).toEqual([before, cursor, notices])
  })

  test('mends a snapshot that is not what its log amounts to, and says which', async () => {
    const log = await followed()
    const before = await log.snapshots()
    const name = totalsPart('2026-11')
    const part = await readPart(world.ports.snapshots, log.account, name)
    await writePart(world.ports.snapshots, log.account, name, part!.seq, { seq: part!.seq, text: '{"generation":1}' })
    expect(await rebuildSnapshots(world.ports, log.account)).toMatchObject({ differing: [name] })
    expect(await log.snapshots()).toEqual(before)
  })

  test('drops nothing where the log does not hold together', async () => {
    const log = await followed()
    const [page] = await log.append([charged('1')])
    world.clock += 10 * MINUTE_MS
    await world.project(log)
    const before = await log.snapshots()
    await log.lose(page!)
    await expect(rebuildSnapshots(world.ports, log.account)).rejects.toThrow('was folded, and is gone')
    expect(await log.snapshots()).toEqual(before)
  })

  test('has nothing to do where nothing was folded', async () => {
    const log = await world.openAccount([opened()])
    expect(await rebuildSnapshots(world.ports, log.account)).toBe('nothing-folded')
  })
})
