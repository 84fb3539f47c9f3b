import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayOfZone } from '../../../shared/time/day-of.ts'
import { DAY_MS, dayText, HOUR_MS } from '../../../shared/time/instant.ts'
import { type WindowKind, windowOf } from '../../../shared/time/window.ts'

const kinds = fc.oneof(
  fc.constantFrom<WindowKind>({ kind: 'month' }, { kind: 'week' }, { kind: 'day' }),
  fc.integer({ min: 1, max: 31 }).map((day): WindowKind => ({ kind: 'cycle', day })),
)
/** From 1970 to 2100. */
const days = fc.integer({ min: 0, max: 47_481 }).map((day) => dayText(day * DAY_MS))
const dayBefore = (day: string) => dayText(Date.parse(day) - DAY_MS)

describe('a window', () => {
  test('holds the day it was asked for, and every day of it leads to the same one', () => {
    fc.assert(
      fc.property(kinds, days, (kind, day) => {
        const { key, from, to } = windowOf(kind, day)
        expect(from <= day && day < to).toBe(true)
        for (let at = from; at < to; at = dayText(Date.parse(at) + DAY_MS)) expect(windowOf(kind, at).key).toBe(key)
      }),
    )
  })

  test('begins where the one before it ends: no day is counted twice, and none in no window', () => {
    fc.assert(
      fc.property(kinds, days, (kind, day) => {
        const { key, from, to } = windowOf(kind, day)
        expect(windowOf(kind, to).from).toBe(to)
        expect(windowOf(kind, dayBefore(from)).to).toBe(from)
        expect(windowOf(kind, to).key).not.toBe(key)
      }),
    )
  })

  test('has a key that no other window has', () => {
    fc.assert(
      fc.property(kinds, kinds, days, days, (one, other, a, b) => {
        const [left, right] = [windowOf(one, a), windowOf(other, b)]
        if (left.key === right.key) expect([left, one]).toEqual([right, other])
      }),
    )
  })

  test.each([
    [{ kind: 'month' }, '2028-02-29', 'month#2028-02', '2028-02-01', '2028-03-01'],
    [{ kind: 'month' }, '2026-12-31', 'month#2026-12', '2026-12-01', '2027-01-01'],
    [{ kind: 'week' }, '2027-01-03', 'week#2026-12-28', '2026-12-28', '2027-01-04'],
    [{ kind: 'day' }, '2026-10-25', 'day#2026-10-25', '2026-10-25', '2026-10-26'],
    [{ kind: 'cycle', day: 15 }, '2026-11-14', 'cycle15#2026-10-15', '2026-10-15', '2026-11-15'],
    [{ kind: 'cycle', day: 15 }, '2026-11-15', 'cycle15#2026-11-15', '2026-11-15', '2026-12-15'],
    [{ kind: 'cycle', day: 31 }, '2026-02-28', 'cycle31#2026-02-28', '2026-02-28', '2026-03-31'],
    [{ kind: 'cycle', day: 31 }, '2026-03-30', 'cycle31#2026-02-28', '2026-02-28', '2026-03-31'],
    [{ kind: 'cycle', day: 31 }, '2026-04-30', 'cycle31#2026-04-30', '2026-04-30', '2026-05-31'],
  ] as const)('%j of %s is %s', (kind, day, key, from, to) => {
    expect(windowOf(kind, day)).toEqual({ key, from, to })
  })

  test('of a moment is that of its day where the account is, also where the clock is put forward or back', () => {
    const dayOf = dayOfZone('Europe/Berlin')
    const keyAt = (time: string, kind: WindowKind['kind'] = 'month') =>
      windowOf({ kind } as WindowKind, dayOf(Date.parse(time))).key
    expect(keyAt('2026-10-31T22:59:59.999Z')).toBe('month#2026-10')
    expect(keyAt('2026-10-31T23:00:00.000Z')).toBe('month#2026-11')
    expect(keyAt('2026-03-31T21:59:59.999Z')).toBe('month#2026-03')
    expect(keyAt('2026-03-31T22:00:00.000Z')).toBe('month#2026-04')
    // The day on which the clock is put back has 25 hours.
    const [first, last] = ['2026-10-24T22:00:00Z', '2026-10-25T22:59:59.999Z']
    expect(Date.parse(last!) - Date.parse(first!)).toBe(25 * HOUR_MS - 1)
    expect([first, last].map((time) => keyAt(time!, 'day'))).toEqual(['day#2026-10-25', 'day#2026-10-25'])
  })
})
