import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LimitSettings, standardLimits } from '../../../shared/ledger/entries/limit-settings.ts'
import { KeptStandings, type PossibleUsers } from '../../../shared/limits/decide/kept-standings.ts'
import { overviewOf } from '../../../shared/limits/decide/overview.ts'
import { type Credits, credits, noCredits } from '../../../shared/money/amounts.ts'
import { exact } from '../../../shared/money/exact.ts'
import { windowOf } from '../../../shared/time/window.ts'

const month = windowOf({ kind: 'month' }, '2026-11-24')
const tierIds = [...standardLimits.tiers.map(({ id }) => id), undefined]

/** What changes between two looks: a user spends, is put into a tier or back, or is granted something; or tiers change. */
const change = fc.oneof(
  fc.record({
    kind: fc.constant('spent' as const),
    user: fc.constantFrom('a', 'b', 'c', 'd'),
    // Nothing is what a re-rating may leave of it.
    credits: fc.constantFrom('0', '0.000001', '399.999', '400', '500', '70000'),
  }),
  fc.record({
    kind: fc.constant('assigned' as const),
    user: fc.constantFrom('a', 'b', 'c', 'd'),
    tier: fc.constantFrom(...standardLimits.tiers.map(({ id }) => id)),
  }),
  fc.record({ kind: fc.constant('unassigned' as const), user: fc.constantFrom('a', 'b', 'c', 'd') }),
  fc.record({ kind: fc.constant('granted' as const), user: fc.constantFrom('a', 'b') }),
  fc.record({ kind: fc.constant('default' as const), tier: fc.constantFrom(...tierIds) }),
)

test('sums that were asked for stay as they were, whatever is asked next', () => {
  const kept = new KeptStandings()
  const limits = { settings: standardLimits, allowances: [] }
  const possible = (spent: string): PossibleUsers => ({
    names: ['a'],
    assignedTier: () => 'low',
    markOf: () => ({}),
    spentBy: () => credits(spent),
  })
  const { sums } = kept.look(limits, month, possible('1'))
  kept.look(limits, month, possible('2'))
  expect(overviewOf(standardLimits, sums).spent.toFixed()).toBe('4')
})

test('whatever changes between looks, standings and sums that were kept are those made anew', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 12 }), (looks) => {
      const kept = new KeptStandings()
      const spends = new Map<string, { readonly spent: Credits }>()
      const assigned = new Map<string, string>()
      let limits: Parameters<KeptStandings['look']>[0] = { settings: standardLimits as LimitSettings, allowances: [] }
      const possible = (): PossibleUsers => ({
        names: [...new Set([...spends.keys(), ...assigned.keys()])].sort(),
        assignedTier: (user) => assigned.get(user),
        spentBy: (user, category) => (category === 'text' ? (spends.get(user)?.spent ?? noCredits) : noCredits),
        markOf: (user) => spends.get(user),
      })
      for (const look of looks) {
        for (const one of look) {
          if (one.kind === 'spent') spends.set(one.user, { spent: credits(one.credits) })
          else if (one.kind === 'default')
            limits = { ...limits, settings: { ...limits.settings, defaultTier: one.tier } }
          else if (one.kind === 'granted')
            limits = {
              ...limits,
              allowances: [
                ...limits.allowances,
                { user: one.user, category: 'text', window: month, credits: exact('100') as Credits },
              ],
            }
          else if (one.kind === 'unassigned') assigned.delete(one.user)
          else assigned.set(one.user, one.tier)
        }
        const [known, anew] = [
          kept.look(limits, month, possible()),
          new KeptStandings().look(limits, month, possible()),
        ]
        expect(known.users).toEqual(anew.users)
        expect(overviewOf(limits.settings, known.sums)).toEqual(overviewOf(limits.settings, anew.sums))
      }
    }),
  )
})
