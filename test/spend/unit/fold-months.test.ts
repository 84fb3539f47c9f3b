import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { credits, minus, sumOf } from '../../../shared/money/amounts.ts'
import { foldMonths } from '../../../shared/spend/fold-months.ts'
import { type MonthTotals, mergeTotals, noTotals, readTotals, totalsText } from '../../../shared/spend/month-totals.ts'
import { mergeSpends, readSpends, type Spends, spendsText, USER_ROOM_BYTES } from '../../../shared/spend/spend.ts'
import { OTHERS } from '../../../shared/spend/tally.ts'
import type { DayOf } from '../../../shared/time/day.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { categories } from '../../../shared/usage/meters.ts'
import { at, charged, granted, logOf, NOON, opened, rerated } from '../../world/pages.ts'

const utcDay: DayOf = (time) => instantText(time).slice(0, 10)

describe('the fold of a log', () => {
  const log = logOf(
    'acme',
    [opened('1000'), granted('5000')],
    [
      charged('2.6533', { group: 'sales' }),
      charged('30', { user: 'u-2', category: 'image', service: 'openai/gpt-image-1' }),
      charged('0.0001', { time: at('2026-10-31T23:59:59.999Z') }),
    ],
  )
  const months = foldMonths(log, utcDay)

  test('counts a charge in the month of its event, however late it came', () => {
    expect([...months.keys()]).toEqual(['2026-11', '2026-10'])
    expect(totalsText(months.get('2026-10')!.totals)).toBe(
      '{"generation":1,"bits":0,"entries":1,"credited":"0","charged":"0.0001","groups":[["","0.0001",1]],' +
        '"services":[["openai/gpt-4o","0.0001",1]],"categories":[["text","0.0001",1]],"days":[["31","0.0001",1]]}',
    )
  })

  test('sums charges by group, service, category and day, and counts them', () => {
    const { totals } = months.get('2026-11')!
    expect(totals).toMatchObject({ entries: 4, credited: credits('5000'), charged: credits('32.6533') })
    expect(totals.groups.get('sales')).toEqual({ credits: credits('2.6533'), count: 1 })
    expect(totals.groups.get('')).toEqual({ credits: credits('30'), count: 1 })
    expect(totals.services.get('openai/gpt-image-1')).toEqual({ credits: credits('30'), count: 1 })
    expect(totalsText(totals)).toContain('"groups":[["","30",1],["sales","2.6533",1]]')
    expect(totals.categories.get('image')).toEqual({ credits: credits('30'), count: 1 })
    expect(totals.days.get('23')).toEqual({ credits: credits('32.6533'), count: 2 })
  })

  test('sums what each user spent, by category, service and day', () => {
    expect(spendsText(months.get('2026-11')!.users)).toBe(
      '[["u-17",[[0,"openai/gpt-4o",[["23","2.6533"]]]]],["u-2",[[1,"openai/gpt-image-1",[["23","30"]]]]]]',
    )
  })

  test('sums what a group and the account spent, in the same way', () => {
    expect(spendsText(months.get('2026-11')!.pools)).toBe(
      '[["account",[[1,"openai/gpt-image-1",[["23","30"]]],[0,"openai/gpt-4o",[["23","2.6533"]]]]],' +
        '["group#sales",[[0,"openai/gpt-4o",[["23","2.6533"]]]]]]',
    )
  })
})

describe('a re-rating', () => {
  const charge = charged('10', { time: at('2026-10-31T10:00:00Z'), group: 'sales' })
  const months = foldMonths(logOf('acme', [opened(), charge], [rerated(charge, '7.5')]), utcDay)

  test('changes the spend of the day of its charge, and counts no charge more', () => {
    const { totals, users } = months.get('2026-10')!
    const tally = { credits: credits('2.5'), count: 1 }
    expect([totals.groups.get('sales'), totals.services.get(charge.service)]).toEqual([tally, tally])
    expect([totals.categories.get('text'), totals.days.get('31')]).toEqual([tally, tally])
    expect(spendsText(users)).toBe('[["u-17",[[0,"openai/gpt-4o",[["31","2.5"]]]]]]')
  })

  test('is credited in the month in which it was decided; what was charged stays', () => {
    expect(months.get('2026-10')!.totals).toMatchObject({ credited: credits('0'), charged: credits('10'), entries: 1 })
    expect(months.get('2026-11')!.totals).toMatchObject({ credited: credits('7.5'), charged: credits('0'), entries: 2 })
  })
})

const decidedBetween = fc.integer({ min: NOON - 70 * 86_400_000, max: NOON })

const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 10 ** 6 }).map((amount) => granted(String(amount))) },
  {
    weight: 8,
    arbitrary: fc
      .record({
        time: fc.integer({ min: NOON - 40 * 86_400_000, max: NOON }),
        user: fc.constantFrom('u-1', 'u-2', '__proto__', 'ü', '€', '😀'),
        group: fc.constantFrom(undefined, 'sales', 'constructor', 'Ärzte'),
        category: fc.constantFrom(...categories),
        service: fc.constantFrom('openai/gpt-4o', 'platform/workflow-wizard'),
        amount: fc.bigInt({ min: 0n, max: 10n ** 20n }),
      })
      .map(({ amount, ...other }) => charged(decimal(amount), other)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        decidedBetween,
        decidedBetween,
        fc.constantFrom('u-1', '😀'),
        fc.constantFrom('2.5', '-0.000000000000000001'),
      )
      .map(([time, when, user, amount]) => rerated(charged('1', { time, user }), amount, when)),
  },
)

/** With eighteen digits behind the point. */
const decimal = (amount: bigint): string => `${amount / 10n ** 18n}.${String(amount % 10n ** 18n).padStart(18, '0')}`

const log = fc
  .array(fc.array(entry, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 })
  .map((contents) => logOf('acme', ...contents))

type Texts = ReadonlyMap<string, { readonly totals: string; readonly users: string }>

/** As snapshots do it: each step reads the text of the one before. */
function foldInSteps(steps: readonly (readonly Page[])[]): Texts {
  const months = new Map<string, { readonly totals: string; readonly users: string }>()
  for (const pages of steps) {
    for (const [month, change] of foldMonths(pages, utcDay)) {
      const stored = months.get(month)
      const totals: MonthTotals = stored === undefined ? noTotals : readTotals(stored.totals)
      const users: Spends = stored === undefined ? new Map() : readSpends(stored.users)
      months.set(month, {
        totals: totalsText(mergeTotals(totals, change.totals)),
        users: spendsText(mergeSpends(users, change.users, USER_ROOM_BYTES)),
      })
    }
  }
  return months
}

const byMonth = (texts: Texts) => [...texts].sort(([a], [b]) => (a < b ? -1 : 1))

test('folding a log in two steps, cut anywhere, gives the same text as folding it at once', () => {
  fc.assert(
    fc.property(log, fc.nat(), (pages, where) => {
      const cut = where % (pages.length + 1)
      const inTwo = foldInSteps([pages.slice(0, cut), pages.slice(cut)])
      expect(byMonth(inTwo)).toEqual(byMonth(foldInSteps([pages])))
    }),
    { numRuns: 60 },
  )
})

test('the months of a log together charge what its last page says, and users spent that, less what re-ratings gave back', () => {
  fc.assert(
    fc.property(log, (pages) => {
      const months = [...foldMonths(pages, utcDay).values()]
      const last = pages.at(-1)!.header
      expect(sumOf(months.map(({ totals }) => totals.charged))).toEqual(last.totalCharged)
      expect(sumOf(months.map(({ totals }) => totals.credited))).toEqual(last.totalCredited)
      const spent = months.flatMap(({ users }) =>
        [...users.values()].flatMap((one) => [...one.values()].flatMap(({ days }) => [...days.values()].map(credits))),
      )
      const entries = pages.flatMap((page) => page.entries)
      const givenBack = sumOf(entries.flatMap((one) => (one.kind === 'rerating' ? [one.credits] : [])))
      expect(sumOf(spent)).toEqual(minus(last.totalCharged, givenBack))
    }),
    { numRuns: 60 },
  )
})

test('groups without room are counted together, the same ones whatever the steps, and no credit is lost', () => {
  const many = Array.from({ length: 40 }, (_, page) =>
    Array.from({ length: 40 }, (_, row) => charged('1', { group: `${'g'.repeat(120)}-${page}-${row}` })),
  )
  const pages = logOf('acme', ...many)
  const atOnce = foldInSteps([pages])
  const inSteps = foldInSteps([pages.slice(0, 7), pages.slice(7, 31), pages.slice(31)])
  expect(byMonth(inSteps)).toEqual(byMonth(atOnce))

  const { groups } = readTotals(atOnce.get('2026-11')!.totals)
  expect(groups.get(OTHERS)!.count).toBeGreaterThan(100)
  expect(sumOf([...groups.values()].map((tally) => tally.credits))).toEqual(credits('1600'))
})
