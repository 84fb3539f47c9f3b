import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTopUpText, type TopUpState, topUpText } from '../../../shared/ledger/tally/top-up-state.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { open, pageAfter, paid } from './top-up-pages.ts'

const reason = fc.constantFrom('cap-reached', 'cooldown', 'declined', 'no-payment-method', 'not-completed')
const place = fc.tuple(fc.nat(), fc.nat(3)).map(([seq, epoch]) => (epoch === 0 ? `${seq}` : `${seq}e${epoch}`))
const state: fc.Arbitrary<TopUpState> = fc.oneof(
  fc.constant<TopUpState>({ kind: 'off' }),
  fc.constant<TopUpState>({ kind: 'idle' }),
  fc.record({ kind: fc.constant('open' as const), of: place, buys: fc.nat().map((n) => credits(String(n))) }),
  fc.record({
    kind: fc.constant('waiting' as const),
    of: place,
    until: fc.nat(),
    reason: reason as fc.Arbitrary<'declined'>,
  }),
  fc.record({ kind: fc.constant('reconciling' as const), of: place }),
  fc.record({
    kind: fc.constant('suspended' as const),
    of: place,
    reason: fc.constantFrom('declined', 'disputed', 'refunded'),
  }),
)

const stops = fc.constantFrom(undefined, 'disputed', 'refunded' as const)

test('a state that is written can be read, and is written the same', () => {
  fc.assert(
    fc.property(state, fc.boolean(), stops, fc.option(fc.nat(9)), (topUp, isTallied, why, reconciling) => {
      const more = { ...(why && { stopped: why }), ...(reconciling !== null && { reconciling }) }
      const tally = isTallied ? { ...pageAfter(open, '1', [paid]).tally!, ...more } : undefined
      const text = topUpText(topUp, tally)
      const read = readTopUpText(text)
      expect(topUpText(read.state, read.tally)).toBe(text)
      expect(read.state).toEqual(topUp)
      expect(read.tally?.stopped).toBe(tally?.stopped)
      expect(read.tally?.reconciling).toBe(tally?.reconciling)
    }),
  )
})

test.each([
  '',
  'on',
  'open:1',
  'open:1:x',
  'waiting:1:2:because',
  'idle 1 2',
  'off - 0 0 0 0 x',
  'off - 0 0 0 0 0 declined',
  'off - 0 0 0 0 0 reconciling:1 disputed',
  'off - 0 0 0 0 0 reconciling:x',
])('a state that nobody writes is refused: %s', (text) => {
  expect(() => readTopUpText(text)).toThrow(RangeError)
})
