import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { followAccounts } from '../../../../functions/project-log/follow-accounts.ts'
import { WarmTails } from '../../../../functions/project-log/warm-tails.ts'
import { UnknownPageFormat } from '../../../../shared/ledger/errors.ts'
import { toItem } from '../../../../shared/ledger/io/page-item.ts'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { at, charged, granted, logOf, NOON, opened } from '../../../world/pages.ts'
import { plentyOfTime, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
beforeEach(() => {
  world.clock = NOON + MINUTE_MS
  world.bus.refuse = () => false
})

const laterByTenMinutes = () => {
  world.clock += 10 * MINUTE_MS
}

/** The process dies at the first put of this part; as far as anybody can see. */
function crashAtPutOf(part: string): () => void {
  const { middlewareStack } = world.ports.snapshots.documents
  const name = `crash-at-${part}`
  middlewareStack.add(
    (next) => (args) => {
      const { Item } = args.input as { readonly Item?: { readonly part?: string } }
      if (Item?.part === part) throw new Error('killed')
      return next(args)
    },
    { step: 'initialize', name },
  )
  return () => middlewareStack.remove(name)
}

describe('low-balance notices', () => {
  test('go out once for each crossing, and never again after the cursor moved', async () => {
    const log = await world.openAccount([opened('1000', '500'), granted('1500')])
    await world.project(log)
    expect(log.notices()).toEqual([])

    await log.append([charged('600')], [charged('1')], [charged('600')])
    const [projection] = await world.project(log)
    expect(projection).toMatchObject({ kind: 'followed', notices: 2, folded: 4 })
    expect(log.notices()).toEqual([`${log.account}#2#1000`, `${log.account}#4#500`])
    expect(await log.cursor()).toBe(4)

    await world.project(log)
    await world.project(log, log)
    await world.sweep()
    expect(log.notices()).toHaveLength(2)
  })

  test('of a balance that is used up go out whatever levels there are, and one page is one mail', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('1500')])
    await world.project(log)
    expect(log.told()).toMatchObject([
      { id: `${log.account}#2#1000`, data: { exhausted: true } },
      { id: `${log.account}#2#exhausted`, type: 'groschen.balance.exhausted', data: { balance: { credits: '0' } } },
    ])
    await log.append([charged('1')])
    await world.project(log)
    expect(log.notices()).toHaveLength(2)
  })

  test('refused by the bus, go out again under the same id, and the cursor waits for them', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('600')])
    world.bus.refuse = (id) => id.startsWith(log.account)
    expect(await world.project(log)).toMatchObject([{ kind: 'failed', error: { code: 'events.not-published' } }])
    expect(await log.cursor()).toBeUndefined()

    world.bus.refuse = () => false
    await world.project(log)
    expect(log.notices()).toEqual([`${log.account}#2#1000`])
    expect(await log.cursor()).toBe(2)
  })

  test('more than a call takes, and partly refused, lose none', async () => {
    const levels = Array.from({ length: 25 }, (_, level) => String(100 + level))
    const log = await world.openAccount([opened(...levels), granted('1500')], [charged('1450')])
    world.bus.refuse = (id) => id.endsWith('#115')
    await world.project(log)
    world.bus.refuse = () => false
    await world.project(log)
    expect(new Set(log.notices())).toEqual(new Set(levels.map((level) => `${log.account}#2#${level}`)))
  })

  test('after a crash between publishing and the cursor go out again under the same id', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('600')])
    const restart = crashAtPutOf('cursor')
    expect(await world.project(log)).toMatchObject([{ kind: 'failed' }])
    restart()
    expect(await log.cursor()).toBeUndefined()
    await log.append([charged('1')])

    await world.project(log)
    expect(log.notices()).toEqual([`${log.account}#2#1000`, `${log.account}#2#1000`])
    expect(await log.cursor()).toBe(3)
    expect((await log.snapshots())['totals#2026-11']).toContain('"charged":"601"')
  })
})

describe('the cursor', () => {
  test('stays while nothing is to publish and no snapshot is due', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('1')])
    expect(await world.project(log)).toMatchObject([{ kind: 'followed', folded: 0, newest: NOON + 2000 }])
    expect(await log.cursor()).toBeUndefined()
    expect(await log.snapshots()).toEqual({})
  })

  test('moves when the oldest page after it is five minutes old', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('1')])
    laterByTenMinutes()
    await world.project(log)
    expect(await log.cursor()).toBe(2)
  })

  test('moves with the 1,024th page, though they are read in smaller portions', async () => {
    const log = await world.openAccount(
      [opened(), granted('5000')],
      ...Array.from({ length: 1025 }, () => [charged('1')]),
    )
    expect(await world.project(log)).toMatchObject([{ kind: 'followed', folded: 1026 }])
    expect(await log.cursor()).toBe(1026)
  })

  test('moved by another process meanwhile makes this one begin again, and both agree', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('600')])
    laterByTenMinutes()
    const outcomes = await world.project(log, log, log, log)
    expect(outcomes.every(({ kind }) => kind === 'followed')).toBe(true)
    expect(new Set(log.notices())).toEqual(new Set([`${log.account}#2#1000`]))
    expect((await log.snapshots())['totals#2026-11']).toContain('"charged":"600"')
  })
})

describe('snapshots', () => {
  test('are by month of the event in the time zone of the account', async () => {
    const log = await world.openAccount(
      [opened(), granted('5000')],
      [charged('1', { time: at('2026-10-31T22:59:59Z') }), charged('2', { time: at('2026-10-31T23:00:00Z') })],
    )
    laterByTenMinutes()
    await world.project(log)
    const snapshots = await log.snapshots()
    expect(Object.keys(snapshots)).toEqual([
      'pool#2026-10#account',
      'pool#2026-11#account',
      'totals#2026-10',
      'totals#2026-11',
      'users#2026-10#1#0',
      'users#2026-11#1#0',
    ])
    expect(snapshots['users#2026-10#1#0']).toBe('[["u-17",[[0,"openai/gpt-4o",[["31","1"]]]]]]')
    expect(snapshots['users#2026-11#1#0']).toBe('[["u-17",[[0,"openai/gpt-4o",[["01","2"]]]]]]')
  })

  test('take a late charge into the month it belongs to', async () => {
    const log = await world.openAccount([opened(), granted('5000')], [charged('1')])
    laterByTenMinutes()
    await world.project(log)
    const november = (await log.snapshots())['totals#2026-11']
    await log.append([charged('7', { time: at('2026-08-01T12:00:00Z') })])
    laterByTenMinutes()
    await world.project(log)
    expect((await log.snapshots())['totals#2026-08']).toContain('"charged":"7"')
    expect((await log.snapshots())['totals#2026-11']).toBe(november)
  })

  test('dropped and folded again have the same text, byte for byte, chunks included', async () => {
    const log = await world.openAccount([opened(), granted('5000')])
    for (let step = 0; step < 4; step += 1) {
      const page = (month: string, count: number) =>
        Array.from({ length: count }, (_, row) =>
          charged(`0.${step}${row}1`, {
            user: `u-${step}-${row}-${'x'.repeat(60)}`,
            group: `g-${row % 7}`,
            time: at(`2026-${month}-1${step}T12:00:00Z`),
          }),
        )
      await log.append(page('11', 400), page('10', 3))
      laterByTenMinutes()
      await world.project(log)
    }
    const inSteps = await log.snapshots()
    expect(Object.keys(inSteps).filter((part) => part.startsWith('users#2026-11'))).toHaveLength(8)
    expect(Object.keys(inSteps).filter((part) => part.startsWith('users#2026-11#4#'))).toHaveLength(8)

    await log.dropSnapshots()
    await world.project(log)
    expect(await log.snapshots()).toEqual(inSteps)
  })

  test('go on where they stand when only the cursor is lost', async () => {
    const log = await world.openAccount([opened(), granted('5000')], [charged('1')])
    laterByTenMinutes()
    await world.project(log)
    await log.append([charged('2')])
    const before = await log.snapshots()
    await log.dropCursor()
    await world.project(log)
    expect((await log.snapshots())['totals#2026-11']).toContain('"charged":"3"')
    expect(before['totals#2026-11']).toContain('"charged":"1"')
    expect(await log.cursor()).toBe(3)
  })

  test.each(['pool#2026-11#account', 'users#2026-11#1#0', 'totals#2026-11', 'cursor'])(
    'after a crash before %s was written go on without counting a page twice',
    async (part) => {
      const log = await world.openAccount([opened(), granted('5000')], [charged('1')])
      laterByTenMinutes()
      await world.project(log)
      await log.append([charged('2'), charged('4', { time: at('2026-10-10T12:00:00Z') })])
      laterByTenMinutes()
      const restart = crashAtPutOf(part)
      await world.project(log)
      restart()
      await log.append([charged('8')])
      await world.project(log)

      const snapshots = await log.snapshots()
      expect(snapshots['totals#2026-10']).toContain('"charged":"4"')
      expect(snapshots['totals#2026-11']).toContain('"charged":"11"')
      expect(snapshots['users#2026-11#1#0']).toBe('[["u-17",[[0,"openai/gpt-4o",[["23","11"]]]]]]')
    },
  )

  test('a chunk that a crash left ahead of its totals never goes back', async () => {
    const log = await world.openAccount([opened('1000'), granted('1059')])
    await log.append(...Array.from({ length: 60 }, () => [charged('1')]))
    const restart = crashAtPutOf('totals#2026-11')
    // Not due before the second portion, whose last page crosses the level.
    await world.project(log)
    expect(await log.snapshots()).toEqual({
      'pool#2026-11#account': '[["account",[[0,"openai/gpt-4o",[["23","60"]]]]]]',
      'users#2026-11#1#0': '[["u-17",[[0,"openai/gpt-4o",[["23","60"]]]]]]',
    })
    restart()
    // Due with the first portion.
    laterByTenMinutes()
    await world.project(log)
    const snapshots = await log.snapshots()
    expect(snapshots['users#2026-11#1#0']).toBe('[["u-17",[[0,"openai/gpt-4o",[["23","60"]]]]]]')
    expect(snapshots['totals#2026-11']).toContain('"charged":"60"')
  })

  test.each([1, 250])(
    'after a crash while chunks were split, and %i more charges, are those of a run without it',
    async (more) => {
      const users = (from: number, count: number) =>
        Array.from({ length: count }, (_, row) => charged('0.5', { user: `u-${from + row}-${'x'.repeat(60)}` }))
      const log = await world.openAccount([opened(), granted('5000')], [charged('1')])
      laterByTenMinutes()
      await world.project(log)
      await log.append(users(0, 500))
      laterByTenMinutes()
      const restart = crashAtPutOf('totals#2026-11')
      await world.project(log)
      restart()
      await log.append(users(400, more))
      laterByTenMinutes()
      await world.project(log)
      const afterCrash = await log.snapshots()

      await log.dropSnapshots()
      await world.project(log)
      expect(await log.snapshots()).toEqual(afterCrash)
      expect(afterCrash['totals#2026-11']).toMatch(/^{"generation":[23],/)
    },
  )
})

describe('hints', () => {
  test('lost ones are made up for by the sweep', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')], [charged('600')])
    const swept = await world.sweep()
    expect(swept.map(({ account }) => account)).toContain(log.account)
    expect(log.notices()).toEqual([`${log.account}#2#1000`])
  })

  test('a sweep that runs out of time is gone on with by the next', async () => {
    const logs = []
    for (let account = 0; account < 25; account += 1)
      logs.push(await world.openAccount([opened('1000'), granted('1500')]))
    const all = new Set((await world.sweep()).map(({ account }) => account))
    expect(all.size).toBeGreaterThan(25)

    let calls = 0
    const oneRound = () => (calls++ === 0 ? 60_000 : 6000)
    const first = (await world.sweep(oneRound)).map(({ account }) => account)
    expect(first).toHaveLength(20)
    const rest = (await world.sweep()).map(({ account }) => account)
    expect(first.filter((account) => rest.includes(account))).toEqual([])
    expect(new Set([...first, ...rest])).toEqual(all)
    expect((await world.sweep()).length).toBe(all.size)
  })
})

describe('a log that can not be trusted', () => {
  test('a changed page stops its account alone', async () => {
    const broken = await world.openAccount([opened('1000'), granted('1500')])
    const [page] = await broken.append([charged('600')])
    await broken.damage(page!, { b: 10_000 })
    const fine = await world.openAccount([opened('1000'), granted('1500')], [charged('600')])

    expect(await world.project(broken, fine)).toMatchObject([
      { kind: 'stopped', error: { code: 'log.broken-chain' } },
      { kind: 'followed', notices: 1 },
    ])
    expect(broken.notices()).toEqual([])
    expect(await broken.cursor()).toBeUndefined()
  })

  test('a page put in the place of one that was folded is found out by the next process, though it is well-formed', async () => {
    const log = await world.openAccount([opened(), granted('1500')])
    laterByTenMinutes()
    await world.project(log)
    const [forged] = logOf(log.account, [opened(), granted('9000')])
    await log.damage(forged!, { ...toItem(forged!) })
    await log.append([charged('1')])
    const cold = { ...world.ports, tails: new WarmTails() }
    expect(await followAccounts(cold, [log.account], plentyOfTime)).toMatchObject([
      { kind: 'stopped', error: { message: expect.stringContaining('is not the page that was folded') } },
    ])
  })

  test('a missing page stops its account', async () => {
    const log = await world.openAccount([opened('1000'), granted('1500')])
    const [lost] = await log.append([charged('1')], [charged('600')])
    await log.lose(lost!)
    expect(await world.project(log)).toMatchObject([{ kind: 'stopped', error: { code: 'log.broken-chain' } }])
    expect(log.notices()).toEqual([])
  })

  test('a page of a newer format is worth another try: nothing moves, others go on', async () => {
    const newer = await world.openAccount([opened('1000'), granted('1500')])
    const [page] = await newer.append([charged('600')])
    await newer.damage(page!, { v: 2 })
    const fine = await world.openAccount([opened('1000'), granted('1500')], [charged('600')])
    const [failed, followed] = await world.project(newer, fine)
    expect(failed).toMatchObject({ kind: 'failed', error: expect.any(UnknownPageFormat) })
    expect(followed).toMatchObject({ kind: 'followed', notices: 1 })
    expect(await newer.cursor()).toBeUndefined()
  })
})

test('out of time, following stops at a whole portion and says so', async () => {
  const log = await world.openAccount([opened()], ...Array.from({ length: 120 }, () => [charged('1')]))
  laterByTenMinutes()
  expect(await followAccounts(world.ports, [log.account], () => 1000)).toMatchObject([{ unfinished: true, folded: 50 }])
  expect(await log.cursor()).toBe(50)
  expect(await followAccounts(world.ports, [log.account], plentyOfTime)).toMatchObject([{ folded: 71 }])
})
