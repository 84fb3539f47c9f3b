import { expect, test } from 'vitest'
import type { Limit } from '../../../shared/limits/decide/limits-on.ts'
import { type CrossedBy, limitEvent } from '../../../shared/limits/told/limit-events.ts'
import { credits } from '../../../shared/money/amounts.ts'

test('a restored log has other pages under the same numbers, so what they do to a limit has other ids', () => {
  const limit: Limit = {
    key: 'tier low',
    source: { kind: 'tier', id: 'low' },
    scope: { of: 'user', user: 'u-17' },
    selector: {},
    limit: credits('500'),
    window: { key: '2026-11', from: '2026-11-01', to: '2026-12-01' },
  } as unknown as Limit
  const idOf = (place: string): string => {
    const settings = { tiers: [], ceilings: [], tells: { users: false, groups: false } }
    const page = { account: 'acme', place, at: 0, settings, former: settings } as unknown as CrossedBy
    return limitEvent({ kind: 'reached', level: 100, limit, spent: credits('500') }, page).id
  }
  expect(idOf('3')).toMatch(/^acme#limit#[\w-]{22}#3#100$/)
  expect(idOf('3e1')).toMatch(/^acme#limit#[\w-]{22}#3e1#100$/)
})
