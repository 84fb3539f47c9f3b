import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { archiverOf } from '../../../functions/project-log/archiver.ts'
import { projectAccounts } from '../../../functions/project-log/project-accounts.ts'
import { archiveKey, readArchivedPage } from '../../../shared/store/page-archive.ts'
import { MINUTE_MS } from '../../../shared/time/instant.ts'
import { charged, granted, NOON, opened } from '../../unit/folds/pages.ts'
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

const archived = (account: string, seq: number) => readArchivedPage(world.archive, { account, seq, cuts: [] })

describe('the archive', () => {
  test('holds each page as soon as its log was followed, the same to the last bit', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500.000001')])
    const [page] = await log.append([charged('0.1569')])
    await world.project(log)
    expect(await archived(log.account, 2)).toEqual(page)
    expect((await archived(log.account, 1))?.header.seq).toBe(1)
    expect(await archived(log.account, 3)).toBeUndefined()
  })

  test('is given each page once by a process, though the tail is read again and again', async () => {
    const log = await world.openAccount([opened(), granted('10')])
    const before = world.archive.puts()
    await world.project(log)
    await log.append([charged('1')])
    await world.project(log)
    await world.project(log)
    expect(world.archive.puts() - before).toBe(2)
  })

  test('is completed by a process that does not know what another one put', async () => {
    const log = await world.openAccount([opened(), granted('10')])
    await world.project(log)
    await log.append([charged('1')])
    const other = { ...world.ports, archiver: archiverOf(world.archive) }
    await projectAccounts(other, [log.account], plentyOfTime)
    expect((await archived(log.account, 2))?.header.seq).toBe(2)
  })

  test('that can’t be reached holds back the cursor, so that nothing is left out', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('600')])
    world.archive.isDown = true
    expect(await world.project(log)).toMatchObject([{ kind: 'failed' }])
    expect(await log.cursor()).toBeUndefined()

    world.archive.isDown = false
    await world.project(log)
    expect(await log.cursor()).toBe(2)
    expect((await archived(log.account, 2))?.header.seq).toBe(2)
  })

  test('keeps the pages that a restore replaced: those after it lie elsewhere', () => {
    const header = { account: 'acme', seq: 12 }
    expect(archiveKey({ ...header, cuts: [] })).toBe('log/acme/0000000012.page')
    expect(archiveKey({ ...header, cuts: [7] })).toBe('log/acme/e1/0000000012.page')
  })
})
