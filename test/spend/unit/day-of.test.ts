import { describe, expect, test } from 'vitest'
import { dayOfZone } from '../../../shared/time/day-of.ts'
import { at } from '../../world/pages.ts'

describe('the day of a charge', () => {
  const berlin = dayOfZone('Europe/Berlin')

  test.each([
    ['2026-11-22T22:59:59.999Z', '2026-11-22'],
    ['2026-11-22T23:00:00Z', '2026-11-23'],
    ['2026-11-23T22:59:59.999Z', '2026-11-23'],
    ['2026-11-22T22:59:59.999Z', '2026-11-22'],
  ])('at %s is %s in Berlin', (time, day) => {
    expect(berlin(at(time))).toBe(day)
  })

  test.each([
    ['2026-03-29', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['2024-02-29', '2024-02-28T23:00:00Z', '2024-02-29T23:00:00Z'],
  ])('%s begins and ends at its own midnight, be it 23, 24 or 25 hours long', (day, from, to) => {
    expect([berlin(at(from)), berlin(at(to) - 1)]).toEqual([day, day])
    expect([berlin(at(from) - 1), berlin(at(to))]).not.toContain(day)
  })

  test('follows the account: the same moment is two days at the two ends of the world', () => {
    const moment = at('2026-11-23T10:30:00Z')
    expect(dayOfZone('Pacific/Kiritimati')(moment)).toBe('2026-11-24')
    expect(dayOfZone('Pacific/Niue')(moment)).toBe('2026-11-22')
  })

  test('in a zone that does not exist is an error at once', () => {
    expect(() => dayOfZone('Europe/Entenhausen')).toThrow(RangeError)
  })
})
