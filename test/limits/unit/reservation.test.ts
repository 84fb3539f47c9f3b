import { describe, expect, test } from 'vitest'
import {
  heldBy,
  type Moved,
  type Reservation,
  readReservationText,
  release,
  renew,
  reservationText,
  settle,
} from '../../../shared/limits/gates/reservation.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')

const open: Reservation = {
  id: 'r-1',
  account: 'acme',
  user: 'u-17',
  group: undefined,
  category: 'text',
  service: undefined,
  credits: credits('3'),
  expiresAt: NOON,
  takenAt: 10,
  epoch: 1,
  scopes: [{ of: 'user', user: 'u-17' }],
  state: { kind: 'open' },
}
const settled: Reservation = { ...open, state: { kind: 'settled', actual: credits('2.5') } }
const released: Reservation = { ...open, state: { kind: 'released' } }
const outcome = (moved: Moved) =>
  moved.kind === 'moved' ? moved.to.state.kind : moved.kind === 'refused' ? `no: ${moved.because}` : 'same'

describe('a reservation', () => {
  test.each([
    ['open', open, 'settled', 'released'],
    ['settled', settled, 'same', 'released'],
    ['released', released, 'no: released', 'same'],
  ] as const)('%s can be settled or released, once', (_, one, afterSettle, afterRelease) => {
    expect(outcome(settle(one, credits('2.50')))).toBe(afterSettle)
    expect(outcome(release(one))).toBe(afterRelease)
  })

  test('settled is not settled with another amount', () => {
    expect(outcome(settle(settled, credits('2.4')))).toBe('no: settled')
  })

  test('is renewed to a later time alone, and not when it was released', () => {
    expect(renew(open, NOON + 1)).toMatchObject({ to: { expiresAt: NOON + 1 } })
    expect(renew(settled, NOON + 1)).toMatchObject({ to: { expiresAt: NOON + 1 } })
    expect(outcome(renew(open, NOON))).toBe('same')
    expect(outcome(renew(released, NOON + 1))).toBe('no: released')
  })

  test('holds what was asked for, then what it will cost, never more', () => {
    expect([open, settled, released].map((one) => plain(heldBy(one)))).toEqual(['3', '2.5', '0'])
    expect(plain(heldBy({ ...open, state: { kind: 'settled', actual: credits('4') } }))).toBe('3')
  })

  test.each([open, settled, released, { ...open, group: 'sales', service: 'openai/gpt-4o' }])(
    'is read as it was written',
    (one) => {
      expect(readReservationText(reservationText(one))).toEqual(one)
    },
  )
})
