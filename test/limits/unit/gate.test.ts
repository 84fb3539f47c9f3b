import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Limit } from '../../../shared/limits/decide/limits-on.ts'
import {
  emptyGate,
  foldGate,
  freedBy,
  type Gate,
  type Hold,
  heldOf,
  holdsText,
  isFull,
  type Lookback,
  MOST_HOLDS,
  readHolds,
  releaseAt,
  releaseHold,
  renewHold,
  settleHold,
  takeHold,
} from '../../../shared/limits/gates/gate.ts'
import { gateKey, gatesOf } from '../../../shared/limits/gates/gates-of.ts'
import { RESERVATION_ID, reservationId, reservationKey } from '../../../shared/limits/gates/reservation.ts'
import { credits, noCredits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { SpendScope } from '../../../shared/spend/selector.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')
const MINUTE = 60_000

const hold = (id: string, changes: Partial<Hold> = {}): Hold => ({
  id,
  credits: credits('3'),
  expiresAt: NOON + 15 * MINUTE,
  takenAt: 10,
  category: 'text',
  service: 'openai/gpt-4o',
  ...changes,
})
const gateWith = (...holds: readonly Hold[]): Gate => ({ seq: 10, head: 10, epoch: 0, holds })

/** The log at page 20, a minute after noon, with charges of these reservations. */
const seen = (charged: Readonly<Record<string, number>> = {}, changes: Partial<Lookback> = {}): Lookback => ({
  head: { seq: 20, cuts: [] },
  lookedUpTo: 20,
  chargedAt: (id) => charged[id],
  readAt: NOON + MINUTE,
  ...changes,
})
const ids = ({ holds }: Gate): readonly string[] => holds.map(({ id }) => id)
const all = (gate: Gate): string => plain(heldOf(gate, undefined, ''))

test('a hold that another attempt takes over lasts longer, so that the first knows that it is no longer its own', () => {
  const [first, second] = [hold('a', { expiresAt: NOON }), hold('a', { expiresAt: NOON - MINUTE })]
  const expiries = takeHold(takeHold(gateWith(), first), second).holds.map(({ expiresAt }) => expiresAt)
  expect(expiries).toEqual([NOON + 1])
})

describe('a hold that another gate has let go', () => {
  test('is let go at the head of the log: whoever decides by the gate then knows what ended it', () => {
    const gate = releaseAt(gateWith(hold('a'), hold('b')), 'a', { seq: 20, cuts: [] })
    expect(gate).toEqual({ ...gateWith(hold('b')), seq: 10, head: 20 })
    expect(releaseAt({ ...gate, head: 30 }, 'b', { seq: 20, cuts: [] }).head).toBe(30)
  })

  test('is let go in a restored log as that counts its pages', () => {
    const gate = releaseAt({ ...gateWith(hold('a')), seq: 40, head: 40 }, 'a', { seq: 22, cuts: [20] })
    expect(gate).toEqual({ seq: 20, head: 22, epoch: 1, holds: [] })
  })
})

describe('a gate at the head of the log', () => {
  test('holds no more what was charged after it was taken', () => {
    expect(foldGate(gateWith(hold('a'), hold('b')), seen({ a: 15 }))).toEqual({
      ...gateWith(hold('b')),
      seq: 20,
      head: 20,
    })
  })

  test('still holds what was reserved under a name that was charged before', () => {
    expect(ids(foldGate(gateWith(hold('a')), seen({ a: 10 })))).toEqual(['a'])
  })

  test('lets go what had expired when the head was asked for, to the millisecond', () => {
    const gate = gateWith(hold('a', { expiresAt: NOON + MINUTE }), hold('b', { expiresAt: NOON + MINUTE + 1 }))
    expect(ids(foldGate(gate, seen()))).toEqual(['b'])
  })

  test('says how far it was looked, so that the next one begins there', () => {
    expect(foldGate(gateWith(hold('a')), seen({}, { lookedUpTo: 14 }))).toMatchObject({ seq: 14, head: 20 })
  })

  test('is no gate of an older head: what it let go would be spent nowhere', () => {
    expect(() => foldGate({ ...gateWith(), head: 21 }, seen())).toThrow('page 21')
  })

  test('of a restored log looks again at what came after the cut', () => {
    const gate = { ...gateWith(hold('a', { takenAt: 18 })), seq: 19, head: 19 }
    const head = { seq: 20, cuts: [12] }
    expect(foldGate(gate, seen({}, { head }))).toMatchObject({ epoch: 1, head: 20, holds: [{ takenAt: 12 }] })
    expect(ids(foldGate(gate, seen({ a: 13 }, { head })))).toEqual([])
  })

  const amount = fc.integer({ min: 1, max: 1000 }).map((n) => credits(String(n)))
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 12 })
  const someHold = (id: string) =>
    fc
      .record({ amount, expires: fc.integer({ min: -5, max: 5 }) })
      .map((one) => hold(id, { credits: one.amount, expiresAt: NOON + one.expires * MINUTE }))
  const someGate = names.chain((some) => fc.tuple(...some.map(someHold))).map((holds) => gateWith(...holds))

  test('is the same in one step as in two: a charge is spent or held, whoever looks when', () => {
    const page = fc.option(fc.integer({ min: 11, max: 20 }), { nil: undefined })
    fc.assert(
      fc.property(
        someGate,
        fc.array(page, { maxLength: 12 }),
        fc.integer({ min: 10, max: 20 }),
        (gate, pages, first) => {
          const charged = new Map(gate.holds.map(({ id }, place) => [id, pages[place]]))
          const upTo = (seq: number): Lookback =>
            seen(
              {},
              {
                head: { seq, cuts: [] },
                lookedUpTo: seq,
                chargedAt: (id) => ((charged.get(id) ?? 99) <= seq ? charged.get(id) : undefined),
              },
            )
          expect(foldGate(foldGate(gate, upTo(first)), upTo(20))).toEqual(foldGate(gate, upTo(20)))
        },
      ),
    )
  })

  test('never holds more by settling, releasing or folding, and never twice by taking twice', () => {
    fc.assert(
      fc.property(someGate, amount, fc.nat(11), (gate, actual, place) => {
        const before = heldOf(gate, undefined, '')
        const one = gate.holds[place] ?? hold('new')
        expect(heldOf(settleHold(gate, one.id, actual), undefined, '').lte(before)).toBe(true)
        expect(heldOf(releaseHold(gate, one.id), undefined, '').lte(before)).toBe(true)
        expect(heldOf(foldGate(gate, seen()), undefined, '').lte(before)).toBe(true)
        expect(ids(takeHold(takeHold(gate, one), one))).toEqual(ids(takeHold(gate, one)))
        expect(all(takeHold(gate, one))).toBe(plain(heldOf(gate, undefined, one.id).plus(one.credits)))
      }),
    )
  })

  test('is read as it was written', () => {
    const odd = hold('o', { category: undefined, service: undefined, credits: credits('0.000000000000000001') })
    fc.assert(
      fc.property(someGate, ({ holds }) => {
        expect(readHolds(holdsText([...holds, odd]))).toEqual([...holds, odd])
      }),
    )
  })
})

describe('a hold', () => {
  test('settled is what its event will cost; more than was held it never is', () => {
    expect(all(settleHold(gateWith(hold('a')), 'a', credits('2.6533')))).toBe('2.6533')
    expect(all(settleHold(gateWith(hold('a')), 'a', credits('3.0001')))).toBe('3')
  })

  test('settled once more for less shrinks, and never grows back', () => {
    const once = settleHold(gateWith(hold('a')), 'a', credits('2'))
    expect(all(settleHold(once, 'a', credits('2.5')))).toBe('2')
  })

  test('renewed lasts longer, never shorter', () => {
    const gate = gateWith(hold('a'))
    expect(renewHold(gate, 'a', NOON + 20 * MINUTE).holds[0]?.expiresAt).toBe(NOON + 20 * MINUTE)
    expect(renewHold(gate, 'a', NOON)).toEqual(gate)
  })

  test('is counted by the limits that count its use', () => {
    const gate = gateWith(hold('a'), hold('b', { category: 'image', service: undefined }))
    const counted = (category: 'text' | 'image' | undefined, service: string | undefined) =>
      plain(heldOf(gate, { category, service }, ''))
    expect(counted('text', undefined)).toBe('3')
    expect(counted(undefined, undefined)).toBe('6')
    expect(counted(undefined, 'openai/*')).toBe('3')
    expect(counted('image', 'openai/*')).toBe('0')
    expect(plain(heldOf(gate, undefined, 'a'))).toBe('3')
  })

  test('is one of 2,000 at the most, and the same one again is no other', () => {
    const full = gateWith(...Array.from({ length: MOST_HOLDS }, (_, n) => hold(`r-${n}`)))
    expect(isFull(full, 'r-new')).toBe(true)
    expect(isFull(full, 'r-7')).toBe(false)
    expect(isFull(emptyGate, 'r-new')).toBe(false)
  })

  test('makes room when it expires: the earliest ones first, as many as it takes', () => {
    const gate = gateWith(
      hold('late', { expiresAt: NOON + 9 * MINUTE }),
      hold('early', { expiresAt: NOON + 2 * MINUTE }),
      hold('image', { expiresAt: NOON + MINUTE, category: 'image' }),
    )
    const text = { category: 'text', service: undefined } as const
    expect(freedBy(gate, text, '', credits('3'))).toBe(NOON + 2 * MINUTE)
    expect(freedBy(gate, text, '', credits('3.1'))).toBe(NOON + 9 * MINUTE)
    expect(freedBy(gate, text, '', credits('6.1'))).toBeUndefined()
  })
})

describe('the gates of a use', () => {
  const limitOf = (scope: SpendScope) => ({ scope }) as Limit
  test('are the user’s, and the group’s and the account’s only where a limit of theirs counts it', () => {
    const of = (...scopes: readonly SpendScope[]) => gatesOf('u-17', scopes.map(limitOf), false).map((one) => one.of)
    expect(of()).toEqual(['user'])
    expect(of({ of: 'user', user: 'u-17' })).toEqual(['user'])
    expect(of({ of: 'account' }, { of: 'group', group: 'sales' })).toEqual(['user', 'group', 'account'])
    expect(gatesOf('u-17', [], true).map((one) => one.of)).toEqual(['user', 'account'])
  })

  const account = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,62}$/)
  const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('#', 'account', 'a#user#b', '#account'))
  const scope: fc.Arbitrary<SpendScope> = fc.oneof(
    name.map((user) => ({ of: 'user', user }) as const),
    name.map((group) => ({ of: 'group', group }) as const),
    fc.constant({ of: 'account' } as const),
  )

  test('have keys that no other gate has, whatever somebody is called, and no reservation', () => {
    const place = fc.tuple(fc.oneof(account, fc.constant('reservation')), scope)
    fc.assert(
      fc.property(place, place, fc.string(), (a, b, key) => {
        expect(gateKey(...a) === gateKey(...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
        expect(reservationKey(reservationId(a[0], 'platform', key))).not.toBe(gateKey(...a))
      }),
    )
  })

  test('a reservation is named by its account, who asks and the Idempotency-Key, always alike', () => {
    expect(reservationId('acme', 'platform', 'k-1')).toMatch(RESERVATION_ID)
    expect(reservationId('acme', 'platform', 'k-1')).toBe(reservationId('acme', 'platform', 'k-1'))
    expect(reservationId('acme', 'platform', 'k-1')).not.toBe(reservationId('acme-2', 'platform', 'k-1'))
    expect(reservationId('acme', 'platform', 'k-1')).not.toBe(reservationId('acme', 'another', 'k-1'))
    expect(heldOf(emptyGate, undefined, '')).toBe(noCredits)
  })
})
