import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LimitSettings, standardLimits } from '../../../shared/ledger/entries/limit-settings.ts'
import { hasReached, shareOf, wholePercent } from '../../../shared/limits/decide/limits-on.ts'
import { overviewOf, projected, tierSums } from '../../../shared/limits/decide/overview.ts'
import { standings } from '../../../shared/limits/decide/user-standing.ts'
import { noLimitsYet } from '../../../shared/limits/settings/limits-state.ts'
import { type Credits, credits, noCredits, sumOf } from '../../../shared/money/amounts.ts'
import { exact, plain } from '../../../shared/money/exact.ts'
import { dayStart } from '../../../shared/time/day-of.ts'
import { DAY_MS, HOUR_MS } from '../../../shared/time/instant.ts'
import { windowOf } from '../../../shared/time/window.ts'
import { categories } from '../../../shared/usage/meters.ts'

const month = windowOf({ kind: 'month' }, '2026-11-24')
const amount = fc
  .bigInt({ min: 0n, max: 10n ** 12n })
  .map((units) => exact(String(units)).dividedBy(1_000_000) as Credits)

const users = fc.uniqueArray(
  fc.record({
    user: fc.string({ minLength: 1, maxLength: 5 }),
    tier: fc.option(fc.constantFrom(...standardLimits.tiers.map(({ id }) => id)), { nil: undefined }),
    spent: fc.record({ text: amount, image: amount, api: amount, other: amount }),
  }),
  { selector: ({ user }) => user },
)

const settings = fc
  .constantFrom(...standardLimits.tiers.map(({ id }) => id), undefined)
  .map((defaultTier): LimitSettings => ({ ...standardLimits, defaultTier }))

test('whatever users there are, an overview has each in one tier, and all that they spent', () => {
  fc.assert(
    fc.property(settings, users, (set, all) => {
      const spentBy = new Map(all.map(({ user, spent }) => [user, spent]))
      const standingOf = standings({ ...noLimitsYet, settings: set }, month, (user, category) => {
        return spentBy.get(user)?.[category] ?? noCredits
      })
      const overview = overviewOf(set, tierSums(all.map(({ user, tier }) => standingOf(user, tier))))
      expect(overview.tiers.reduce((sum, one) => sum + one.users, 0)).toBe(all.length)
      expect(overview.tiers.reduce((sum, one) => sum + one.assigned, 0)).toBe(all.filter(({ tier }) => tier).length)
      const spent = sumOf(all.flatMap((one) => categories.map((category) => one.spent[category])))
      expect(plain(overview.spent)).toBe(plain(spent))
      for (const { tier, users: many, budget, budgetSum } of overview.tiers) {
        for (const [category, limit] of tier?.limits ?? [])
          expect(plain(budget.get(category)!)).toBe(plain(limit.times(many)))
        expect(budgetSum === undefined).toBe((tier?.limits.size ?? 0) === 0)
      }
    }),
  )
})

describe('where a user stands', () => {
  const standingOf = (spent: string, granted?: string) =>
    standings(
      {
        settings: standardLimits,
        allowances:
          granted === undefined ? [] : [{ user: 'u-17', category: 'text', window: month, credits: credits(granted) }],
      },
      month,
      (_, category) => (category === 'text' ? credits(spent) : noCredits),
    )('u-17', 'low')

  test('is over 80 % from 80 % on, exactly', () => {
    expect(standingOf('400').usedPercent).toBe(80)
    expect(standingOf('399.999999').usedPercent).toBe(79)
  })

  test('counts what was granted beside the tier', () => {
    expect(standingOf('400', '1').usedPercent).toBe(79)
    expect(plain(standingOf('400', '1').categories[0]!.limit!)).toBe('501')
  })

  test('what was granted for another month, or another user, is not counted', () => {
    const before = windowOf({ kind: 'month' }, '2026-10-24')
    const allowances = [
      { user: 'u-17', category: 'text', window: before, credits: credits('1') },
      { user: 'u-18', category: 'text', window: month, credits: credits('1') },
    ] as const
    const standing = standings({ settings: standardLimits, allowances }, month, () => noCredits)('u-17', 'low')
    expect(plain(standing.categories[0]!.limit!)).toBe('500')
  })
})

describe('a share', () => {
  test.each([
    ['400', '500', '80'],
    ['399.999', '500', '79.9'],
    ['502', '500', '100.4'],
    ['1', '3', '33.3'],
    ['0', '0', '0'],
    ['0.01', '0', '100'],
  ])('of %s of %s is %s %%', (spent, limit, share) => {
    expect(shareOf(credits(spent), credits(limit))).toBe(share)
  })

  const percent = fc.integer({ min: 1, max: 100 })

  test('is shown as a level exactly when the level is reached', () => {
    const positive = amount.filter((one) => one.gt(0))
    fc.assert(
      fc.property(amount, positive, percent, (spent, limit, level) => {
        expect(Number(shareOf(spent, limit)) >= level).toBe(hasReached(spent, limit, level))
      }),
    )
  })

  test('in whole percent is a level or more exactly when the level is reached, also of nothing and of what was taken back', () => {
    const any = fc.oneof(
      amount,
      amount.map((one) => one.negated() as Credits),
      fc.constant(noCredits),
    )
    const limits = fc.oneof(amount, fc.constant(noCredits))
    fc.assert(
      fc.property(any, limits, percent, (spent, limit, level) => {
        expect(wholePercent(spent, limit) >= level).toBe(hasReached(spent, limit, level))
      }),
    )
  })
})

describe('a projection', () => {
  const berlin = (day: string) => dayStart(day, 'Europe/Berlin')
  const november = { from: berlin('2026-11-01'), to: berlin('2026-12-01') }

  test('goes on as it went: a third of the month has a third of its spend', () => {
    expect(plain(projected(credits('100'), { ...november, now: berlin('2026-11-11') })!)).toBe('300')
  })

  test('counts hours as they pass: a month in which clocks change has an hour more or less', () => {
    const october = { from: berlin('2026-10-01'), to: berlin('2026-11-01') }
    expect(october.to - october.from).toBe(31 * DAY_MS + HOUR_MS)
    expect(plain(projected(credits('745'), { ...october, now: october.to - HOUR_MS })!)).toBe('746')
    const march = { from: berlin('2027-03-01'), to: berlin('2027-04-01') }
    expect(plain(projected(credits('742'), { ...march, now: march.to - HOUR_MS })!)).toBe('743')
  })

  test('is none on the first day, and what was spent once the month has ended', () => {
    expect(projected(credits('5'), { ...november, now: november.from + DAY_MS - 1 })).toBeUndefined()
    expect(plain(projected(credits('5'), { ...november, now: november.to + DAY_MS })!)).toBe('5')
  })

  test('is never less than what was spent', () => {
    const now = fc.integer({ min: november.from + DAY_MS, max: november.to })
    fc.assert(
      fc.property(amount, now, (spent, at) => {
        const guess = projected(spent, { ...november, now: at })!
        expect(guess.plus('0.005').gte(spent)).toBe(true)
      }),
    )
  })
})
