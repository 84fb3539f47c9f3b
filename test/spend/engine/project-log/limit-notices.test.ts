import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WarmTails, WarmWatches } from '../../../../functions/project-log/warm-tails.ts'
import type { DomainEvent } from '../../../../shared/events/domain-event.ts'
import type { Entry } from '../../../../shared/ledger/entries/entries.ts'
import type { LimitEventData } from '../../../../shared/limits/told/limit-events.ts'
import { credits } from '../../../../shared/money/amounts.ts'
import { DAY_MS, MINUTE_MS } from '../../../../shared/time/instant.ts'
import { assigned, ceiling, granting, limited, tier } from '../../../world/limit-entries.ts'
import { at, charged, granted, NOON, opened, rerated } from '../../../world/pages.ts'
import { type Log, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
beforeEach(() => {
  world.clock = NOON + MINUTE_MS
  world.bus.refuse = () => false
})

/** `reached u-17 tier#low 100`, in order. */
const toldBy = (log: Log): readonly string[] =>
  log
    .told()
    .filter(({ type }) => type.startsWith('groschen.limit.'))
    .map(line)

function line({ type, data }: DomainEvent): string {
  const { user, group, limit, level } = data as LimitEventData
  const who = user ?? (group === undefined ? 'all' : `group ${group}`)
  return [type.replace('groschen.limit.', ''), who, limit.id, ...(level === undefined ? [] : [level])].join(' ')
}

const tiers = [tier('low', { text: '500' }), tier('high', { text: '1000' })]
const low = { tiers, defaultTier: 'low' }
const afterwards = async (...pages: readonly (readonly Entry[])[]) => {
  const log = await world.openAccount([opened(), granted('100000')], ...pages)
  await world.project(log)
  return toldBy(log)
}

describe('what is told of limits', () => {
  const october = at('2026-10-14T12:00:00Z')
  const half = charged('250')
  const most = charged('450')

  test.each<[string, readonly (readonly Entry[])[], readonly string[]]>([
    ['a level that is reached', [[limited(low)], [half]], ['warning u-17 low 50']],
    [
      'each level once',
      [[limited(low)], [half], [charged('1')], [charged('150')], [charged('99')], [charged('200')]],
      ['warning u-17 low 50', 'warning u-17 low 80', 'reached u-17 low 100'],
    ],
    [
      'the highest of several in one page',
      [[limited(low)], [charged('200'), charged('400')]],
      ['reached u-17 low 100'],
    ],
    [
      'each user by itself',
      [[limited(low)], [half, charged('250', { user: 'u-2' })]],
      ['warning u-17 low 50', 'warning u-2 low 50'],
    ],
    ['nothing of a category without a limit', [[limited(low)], [charged('900', { category: 'image' })]], []],
    ['nothing of users without one', [[limited()], [charged('900')]], []],
    ['nothing of a late event in a window that has ended', [[limited(low)], [charged('900', { time: october })]], []],
    [
      'a late event of this window',
      [[limited(low)], [charged('450', { time: at('2026-11-01T00:00:00Z') })]],
      ['warning u-17 low 80'],
    ],
    ['a limit that is lowered below what is spent', [[limited()], [most], [limited(low)]], ['warning u-17 low 80']],
    [
      'a limit that is raised, where it was reached',
      [[limited(low)], [charged('500')], [limited({ tiers: [tier('low', { text: '2000' })], defaultTier: 'low' })]],
      ['reached u-17 low 100', 'cleared u-17 low'],
    ],
    [
      'another tier, up and down',
      [[limited(low)], [charged('600')], [assigned({ 'u-17': 'high' })], [assigned({ 'u-17': 'low' })]],
      ['reached u-17 low 100', 'cleared u-17 high', 'reached u-17 low 100'],
    ],
    [
      'an allowance',
      [[limited(low)], [charged('500')], [granting('u-17', { kind: 'amount', credits: credits('500') })]],
      ['reached u-17 low 100', 'cleared u-17 low'],
    ],
    [
      'a re-rating that gives back',
      [[limited(low)], [charged('300'), most], [rerated(most, '449')]],
      ['reached u-17 low 100', 'cleared u-17 low'],
    ],
    [
      'a re-rating that takes more',
      [[limited(low)], [most], [rerated(most, '-60')]],
      ['warning u-17 low 80', 'reached u-17 low 100'],
    ],
    [
      'a ceiling of a group',
      [
        [limited({ ceilings: [ceiling('c', '500', { scope: { of: 'group', group: undefined } })] })],
        [charged('300', { group: 'sales' }), charged('300', { group: 'it', user: 'u-2' })],
        [charged('200', { group: 'sales', user: 'u-3' })],
      ],
      ['warning group sales c 50', 'warning group it c 50', 'reached group sales c 100'],
    ],
    [
      'a ceiling of the account on a vendor',
      [
        [limited({ ceilings: [ceiling('c', '500', { service: 'openai/*' })] })],
        [charged('300', { service: 'other/x' }), most],
      ],
      ['warning all c 80'],
    ],
    ['a ceiling that is new', [[most], [limited({ ceilings: [ceiling('c', '500')] })]], ['warning all c 80']],
    [
      'a ceiling that is taken away',
      [[limited({ ceilings: [ceiling('c', '500')] })], [charged('500')], [limited()]],
      ['reached all c 100', 'cleared all c'],
    ],
    [
      'the levels that the account has set',
      [[limited({ ...low, levels: [90] })], [charged('450')], [charged('100')]],
      ['warning u-17 low 90'],
    ],
  ])('%s', async (_, pages, expected) => {
    expect(await afterwards(...pages)).toEqual(expected)
  })

  test('has what a reader needs: limit, spent, window, and the page that did it', async () => {
    const log = await world.openAccount([opened(), granted('100000')], [limited(low)], [charged('500.5')])
    await world.project(log)
    expect(log.told()).toMatchObject([
      {
        type: 'groschen.limit.reached',
        id: expect.stringMatching(new RegExp(`^${log.account}#limit#[\\w-]{22}#3#100$`)),
        data: {
          user: 'u-17',
          limit: { kind: 'tier', id: 'low', name: 'low' },
          category: 'text',
          level: 100,
          amount: { eur: '5.00' },
          spent: { eur: '5.005' },
          window: { key: 'month#2026-11', to: '2026-12-01' },
        },
      },
    ])
  })
})

describe('limits are told the same', () => {
  const users = ['u-1', 'u-2', 'u-3']
  const entry = fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .record({
          user: fc.constantFrom(...users),
          group: fc.constantFrom(undefined, 'sales'),
          category: fc.constantFrom('text', 'image'),
          amount: fc.integer({ min: 1, max: 300 }),
          back: fc.integer({ min: 0, max: 40 }),
        })
        .map(
          ({ amount, back, ...other }): Entry =>
            charged(String(amount), { ...other, time: NOON - back * DAY_MS } as never),
        ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Entry>(
        limited(low),
        limited(),
        limited({
          ...low,
          ceilings: [
            ceiling('g', '700', { scope: { of: 'group', group: undefined } }),
            ceiling('d', '400', { window: { kind: 'day' } }),
          ],
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...users), fc.constantFrom('low', 'high', undefined))
        .map(([user, to]): Entry => assigned({ [user]: to })),
    },
  )
  const pages = fc.array(fc.array(entry, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 })
  /** After each page: nothing, a follower that comes by, one whose process is new, one that writes its snapshot. */
  const followers = fc.array(fc.constantFrom('none', 'warm', 'cold', 'due'), { minLength: 12, maxLength: 12 })

  test('however and by whomever the log is followed: once, in steps, by cold processes, after snapshots', async () => {
    await fc.assert(
      fc.asyncProperty(pages, followers, async (contents, steps) => {
        const [atOnce, inSteps] = [await world.openAccount([opened()]), await world.openAccount([opened()])]
        await atOnce.append(...contents)
        await world.project(atOnce)
        for (const [place, content] of contents.entries()) {
          await inSteps.append(content)
          const step = steps[place]
          if (step === 'none') continue
          if (step === 'cold') forgetAll(world)
          if (step === 'due') world.clock += 10 * MINUTE_MS
          await world.project(inSteps)
          if (step === 'due') world.clock -= 10 * MINUTE_MS
        }
        await world.project(inSteps)
        const idsOf = (log: Log) => log.told().map(({ id }) => id.replace(log.account, ''))
        expect([...new Set(idsOf(inSteps))]).toEqual([...new Set(idsOf(atOnce))])
        expect(new Set(toldBy(inSteps))).toEqual(new Set(toldBy(atOnce)))
      }),
      { numRuns: 12 },
    )
  }, 90_000)
})

function forgetAll({ ports }: World): void {
  Object.assign(ports, { tails: new WarmTails(), watches: new WarmWatches(ports) })
}

test('two that follow one log at once in one process tell the same, and neither takes the log for a broken one', async () => {
  const log = await world.openAccount([opened(), granted('100000')], [limited(low)])
  await world.project(log)
  await log.append(...Array.from({ length: 20 }, () => [charged('25')]))
  const followed = await Promise.all([world.project(log), world.project(log), world.project(log)])
  expect(followed.flat().map(({ kind }) => kind)).not.toContain('stopped')
  await world.project(log)
  expect(new Set(toldBy(log))).toEqual(new Set(['warning u-17 low 50', 'warning u-17 low 80', 'reached u-17 low 100']))
})
