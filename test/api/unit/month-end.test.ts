import { describe, expect, test } from 'vitest'
import { monthEndIn } from '../../../shared/time/month-end.ts'

describe('the end of a month', () => {
  test.each([
    ['Europe/Berlin', '2026-11-24T08:00:00Z', '2026-11-30T23:00:00Z'],
    ['Europe/Berlin', '2026-10-24T08:00:00Z', '2026-10-31T23:00:00Z'],
    ['Europe/Berlin', '2026-03-31T21:59:59Z', '2026-03-31T22:00:00Z'],
    ['Europe/Berlin', '2026-03-31T22:00:00Z', '2026-04-30T22:00:00Z'],
    ['Europe/Berlin', '2026-12-31T12:00:00Z', '2026-12-31T23:00:00Z'],
    ['Pacific/Kiritimati', '2026-01-31T09:59:59Z', '2026-01-31T10:00:00Z'],
  ])('in %s at %s is %s', async (zone, now, end) => {
    expect(await monthEndIn(zone, Date.parse(now))).toBe(Date.parse(end))
  })
})
