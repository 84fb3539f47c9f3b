import { describe, expect, test } from 'vitest'
import { type Ceiling, standardLimits } from '../../../shared/ledger/entries/limit-settings.ts'
import { limitsChanges } from '../../../shared/limits/io/limit-versions.ts'
import { decideAll, phraseOf } from '../../../shared/limits/requests/decide-upgrades.ts'
import { type Asked, fileUpgrade, MOST_REQUESTS } from '../../../shared/limits/requests/file-upgrade.ts'
import type { RequestState } from '../../../shared/limits/requests/upgrade-request.ts'
import { limitsText, noLimitsYet, readLimits } from '../../../shared/limits/settings/limits-state.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { windowOf } from '../../../shared/time/window.ts'

const day = '2026-11-24'
const asked = (changes: Partial<Asked> = {}): Asked => ({
  id: 'r',
  user: 'u-17',
  category: 'text',
  wish: { kind: 'tier', tier: 'medium' },
  reason: 'report',
  at: 0,
  ...changes,
})
const request = (changes: Partial<RequestState> = {}): RequestState => ({
  ...asked(),
  window: windowOf({ kind: 'month' }, day),
  nth: 1,
  granted: undefined,
  decidedBy: undefined,
  ...changes,
})
const stateOf = (...requests: readonly RequestState[]) => ({ ...noLimitsYet, requests })
const refusalOf = (filing: ReturnType<typeof fileUpgrade>) =>
  filing.kind === 'refused' ? filing.refusal.kind : filing.kind

describe('filing an upgrade request', () => {
  test('counts those of the same user, category and month', () => {
    const decided = request({ id: 'a', granted: { kind: 'nothing' } })
    const others = [request({ id: 'b', user: 'u-18' }), request({ id: 'c', category: 'image' })]
    const filing = fileUpgrade(stateOf(decided, ...others), 'low', asked(), day)
    expect(filing).toMatchObject({ kind: 'filed', request: { nth: 2, window: { key: 'month#2026-11' } } })
  })

  test('one of last month does not stand in the way', () => {
    const before = request({ id: 'a', window: windowOf({ kind: 'month' }, '2026-10-31') })
    expect(fileUpgrade(stateOf(before), 'low', asked(), day)).toMatchObject({ kind: 'filed', request: { nth: 1 } })
  })

  test('is refused when the account has as many as it can keep, by number and by size', () => {
    const many = (count: number, reason: string) =>
      Array.from({ length: count }, (_, place) => request({ id: `${place}`, user: `${place}`, reason }))
    expect(refusalOf(fileUpgrade(stateOf(...many(MOST_REQUESTS, 'x')), 'low', asked(), day))).toBe('too-many')
    expect(refusalOf(fileUpgrade(stateOf(...many(150, '🦜'.repeat(500))), 'low', asked(), day))).toBe('too-many')
    expect(refusalOf(fileUpgrade(stateOf(...many(150, 'x')), 'low', asked(), day))).toBe('filed')
  })

  test('the same request again is known, whatever became of it', () => {
    const known = request({ id: 'r', granted: { kind: 'nothing' } })
    expect(fileUpgrade(stateOf(known), 'low', asked(), day)).toEqual({ kind: 'known', request: known })
  })

  test('a user in no tier may ask for one, but not for an amount on top of nothing', () => {
    const state = { ...noLimitsYet, settings: { ...standardLimits, defaultTier: undefined } }
    expect(refusalOf(fileUpgrade(state, undefined, asked(), day))).toBe('filed')
    const amount = asked({ wish: { kind: 'amount', credits: credits('1') } })
    expect(refusalOf(fileUpgrade(state, undefined, amount, day))).toBe('no-limit')
  })
})

describe('deciding all', () => {
  test('leaves what is decided and what has expired, and counts what this call decided before', () => {
    const old = request({ id: 'old', window: windowOf({ kind: 'month' }, '2026-10-31') })
    const mine = request({ id: 'mine', granted: { kind: 'tier', tier: 'medium' }, decidedBy: 'key' })
    const others = request({ id: 'others', granted: { kind: 'nothing' }, decidedBy: 'other' })
    const open = request({ id: 'open', user: 'u-18' })
    const { decisions, left } = decideAll(stateOf(old, mine, others, open), 'as-asked', 'key', day, () => 'low')
    expect(decisions.map(({ request: { id } }) => id)).toEqual(['mine', 'open'])
    expect(left).toEqual([])
  })

  test('grants each what it asked for, but no tier that is gone or no more than today', () => {
    const wishes = [
      request({ id: 'a', user: 'a' }),
      request({ id: 'b', user: 'b', wish: { kind: 'tier', tier: 'gold' } }),
      request({ id: 'c', user: 'c', wish: { kind: 'tier', tier: 'low' } }),
      request({ id: 'd', user: 'd', wish: { kind: 'amount', credits: credits('5') } }),
    ]
    const { decisions, left } = decideAll(stateOf(...wishes), 'as-asked', 'key', day, () => 'low')
    expect(decisions.map(({ granted }) => granted.kind)).toEqual(['tier', 'amount'])
    expect(left.map(({ request: { id }, why }) => [id, why])).toEqual([
      ['b', 'unknown-tier'],
      ['c', 'not-higher'],
    ])
    expect(decideAll(stateOf(...wishes), 'nothing', 'key', day, () => 'low').decisions).toHaveLength(4)
  })

  test('asks for a phrase that says how many', () => {
    expect(phraseOf('acme', 'as-asked', 12)).toBe('approve 12 requests of acme')
    expect(phraseOf('acme', 'nothing', 1)).toBe('reject 1 request of acme')
  })
})

test('requests come back from a snapshot as they were, in the same bytes', () => {
  const state = stateOf(request(), request({ id: 'b', granted: { kind: 'nothing' }, decidedBy: 'key' }))
  expect(readLimits(limitsText(state)).requests).toEqual(state.requests)
  expect(limitsText(readLimits(limitsText(state)))).toBe(limitsText(state))
})

test('a snapshot without settings keeps the bytes of before the balance was held by default, and is read as held', () => {
  const text = limitsText({ ...noLimitsYet, hasUserTiers: true })
  expect(text).toContain('"holdsBalance":false')
  expect(readLimits(text).settings).toEqual(standardLimits)
  expect(standardLimits.holdsBalance).toBe(true)
  const set = { ...noLimitsYet, version: 7, settings: { ...standardLimits, holdsBalance: false } }
  expect(readLimits(limitsText(set)).settings.holdsBalance).toBe(false)
})

describe('changes of limits', () => {
  test('are named, one by one', () => {
    const [first, ...rest] = standardLimits.tiers
    const tiers = [{ ...first!, name: 'Tiny', limits: new Map([['text', credits('250')] as const]) }, ...rest.slice(1)]
    const ceiling: Ceiling = {
      id: 'all',
      name: 'All',
      category: undefined,
      service: undefined,
      limit: credits('1000'),
      scope: { of: 'account' },
      window: { kind: 'cycle', day: 15 },
    }
    expect(limitsChanges(standardLimits, { ...standardLimits, tiers: tiers.slice(0, 1), ceilings: [ceiling] })).toEqual(
      expect.arrayContaining([
        { what: 'tiers/very-low/name', from: 'Very low', to: 'Tiny' },
        { what: 'tiers/very-low/limits/text', from: '2.00 €', to: '2.50 €' },
        { what: 'tiers/very-low/limits/image', from: '1.00 €', to: undefined },
        { what: 'tiers/high/name', from: 'High', to: undefined },
        { what: 'ceilings/all/window', from: undefined, to: 'cycle from day 15' },
        { what: 'ceilings/all/limit', from: undefined, to: '10.00 €' },
      ]),
    )
  })

  test('are none between equal settings', () => {
    expect(limitsChanges(standardLimits, standardLimits)).toEqual([])
  })
})
