import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AppliedLimit, findRoom } from '../../../shared/limits/decide/room.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { windowOf } from '../../../shared/time/window.ts'

const limit = (most: string, spent: string, held = '0', tier = 'low'): AppliedLimit => ({
  key: 'tier#text',
  source: { kind: 'tier', id: tier },
  scope: { of: 'user', user: 'u-17' },
  selector: { category: 'text', service: undefined },
  window: windowOf({ kind: 'month' }, '2026-11-24'),
  limit: credits(most),
  spent: credits(spent),
  held: credits(held),
})

const ask = (
  limits: readonly AppliedLimit[],
  {
    balance = '100000',
    held = '0',
    topUp = 'idle',
    estimate,
  }: { balance?: string; held?: string; topUp?: 'idle' | 'open'; estimate?: string } = {},
) => {
  const cost = estimate === undefined ? undefined : credits(estimate)
  const { refusal, by, remaining } = findRoom({
    balance: credits(balance),
    held: credits(held),
    topUp,
    limits,
    estimate: cost,
  })
  return [refusal, by?.source.id, plain(remaining)]
}

describe('what may be spent', () => {
  test.each([
    ['something is left', [limit('500', '499.999')], {}, [undefined, 'low', '0.001']],
    ['just all of it', [limit('500', '400')], { estimate: '100' }, [undefined, 'low', '100']],
    ['nothing is left', [limit('500', '500')], {}, ['limit-reached', 'low', '0']],
    ['more than all is spent', [limit('500', '612.5')], {}, ['limit-reached', 'low', '0']],
    ['a limit of nothing', [limit('0', '0')], {}, ['limit-reached', 'low', '0']],
    [
      'it costs more than what is left',
      [limit('500', '400')],
      { estimate: '100.001' },
      ['estimate-too-large', 'low', '100'],
    ],
    ['others hold the rest', [limit('500', '400', '100')], {}, ['in-flight', 'low', '0']],
    ['others hold a part', [limit('500', '400', '50')], { estimate: '60' }, ['in-flight', 'low', '50']],
    [
      'too large even without them',
      [limit('500', '400', '50')],
      { estimate: '101' },
      ['estimate-too-large', 'low', '50'],
    ],
    ['the tightest is named', [limit('500', '0'), limit('50', '0', '0', 'tight')], {}, [undefined, 'tight', '50']],
    ['no limit at all', [], {}, [undefined, undefined, '100000']],
    ['no balance', [limit('500', '0')], { balance: '0' }, ['no-balance', undefined, '0']],
    ['below zero', [], { balance: '-3' }, ['no-balance', undefined, '0']],
    ['credits on the way', [], { balance: '-3', topUp: 'open' }, ['top-up-on-the-way', undefined, '0']],
    ['a balance too small', [], { balance: '5', estimate: '6' }, ['estimate-too-large', undefined, '5']],
    ['a balance that is held', [], { balance: '5', held: '5' }, ['in-flight', undefined, '0']],
  ] as const)('%s', (_, limits, rest, expected) => {
    expect(ask(limits, rest)).toEqual(expected)
  })

  const amounts = fc.integer({ min: 0, max: 2000 }).map((n) => credits(String(n)))
  const someLimit = fc
    .tuple(amounts, amounts, amounts)
    .map(([most, spent, held]): AppliedLimit => ({ ...limit('0', '0'), limit: most, spent, held }))
  const question = fc.record({
    balance: amounts,
    held: amounts,
    topUp: fc.constantFrom('idle' as const, 'open' as const),
    limits: fc.array(someLimit, { maxLength: 5 }),
    estimate: fc.option(amounts, { nil: undefined }),
  })

  test('is what every limit and the balance have room for, and nothing else', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const rooms = [
          asked.balance.minus(asked.held),
          ...asked.limits.map((one) => one.limit.minus(one.spent).minus(one.held)),
        ]
        const isRoom = rooms.every((room) => room.gt(0) && (asked.estimate === undefined || asked.estimate.lte(room)))
        expect(findRoom(asked).refusal === undefined).toBe(isRoom)
      }),
    )
  })

  test('is only waited for where waiting helps', () => {
    fc.assert(
      fc.property(question, (asked) => {
        if (findRoom(asked).refusal !== 'in-flight') return
        const limits = asked.limits.map((one) => ({ ...one, held: credits('0') }))
        expect(findRoom({ ...asked, held: credits('0'), limits }).refusal).toBeUndefined()
      }),
    )
  })

  test('is never less for a higher limit, and never more for one limit more', () => {
    fc.assert(
      fc.property(question, someLimit, (asked, more) => {
        const before = findRoom(asked)
        const raised = findRoom({
          ...asked,
          limits: asked.limits.map((one) => ({ ...one, limit: credits(one.limit.plus(1).toFixed()) })),
        })
        if (before.refusal === undefined) expect(raised.refusal).toBeUndefined()
        const narrowed = findRoom({ ...asked, limits: [...asked.limits, more] })
        if (before.refusal !== undefined) expect(narrowed.refusal).toBeDefined()
        if (before.refusal === undefined && narrowed.refusal === undefined)
          expect(narrowed.remaining.lte(before.remaining)).toBe(true)
      }),
    )
  })
})
