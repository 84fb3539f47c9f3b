import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import { roomByHand } from '../../../shared/ledger/tally/bought-by-hand.ts'
import { nextTopUp, type TopUpCourse } from '../../../shared/ledger/tally/next-top-up.ts'
import { readTopUpText, topUpText } from '../../../shared/ledger/tally/top-up-state.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'

const caps = { day: euros('300'), month: euros('1000') }
const made = { actor: 'olga', at: 6000 }
const wanted = (key: string, paid = '119'): Entry => ({ kind: 'top-up-wanted', key, ...made, paid: euros(paid) })
const notPaid = (key: string): Entry => ({ kind: 'top-up-not-paid', key, ...made })
const paid = (key: string, day: string | undefined, amount = '119'): Entry => ({
  kind: 'top-up',
  key,
  ...made,
  provider: 'stripe',
  payment: `pi_${key}`,
  of: undefined,
  month: '2026-11',
  ...(day !== undefined && { day }),
  paid: euros(amount),
  credits: credits('10000'),
})
const off: TopUpCourse = { topUp: { kind: 'off' }, tally: undefined }
const tallied = (...entries: readonly Entry[]) =>
  nextTopUp(off, entries, { auto: undefined, balance: credits('0'), place: '9' })
const room = (course: TopUpCourse, today: string) => {
  const { day, month } = roomByHand(course.tally?.bought, caps, today)
  return [day.toFixed(), month.toFixed()]
}

describe('what persons buy', () => {
  test('counts from the moment it is wanted, once, and stays counted when it is paid', () => {
    expect(room(tallied(), '2026-11-24')).toEqual(['300', '1000'])
    expect(room(tallied(wanted('a')), '2026-11-24')).toEqual(['181', '881'])
    expect(room(tallied(wanted('a'), paid('a', '2026-11-24')), '2026-11-24')).toEqual(['181', '881'])
  })
  test('counts no more once it came to nothing, and again where it was paid after all', () => {
    expect(room(tallied(wanted('a'), wanted('b', '50'), notPaid('a')), '2026-11-24')).toEqual(['250', '950'])
    const late = tallied(wanted('a'), notPaid('a'), paid('a', '2026-11-24'))
    expect(room(late, '2026-11-24')).toEqual(['181', '881'])
  })
  test('counts in its day and in its month, and neither in the next', () => {
    const bought = tallied(paid('a', '2026-11-24'), paid('b', '2026-11-25', '100'), paid('c', '2026-11-24', '1'))
    expect(room(bought, '2026-11-25')).toEqual(['200', '780'])
    expect(room(bought, '2026-11-26')).toEqual(['300', '780'])
    expect(room(bought, '2026-12-01')).toEqual(['300', '1000'])
    expect(room(tallied(paid('d', '2026-11-30'), paid('e', '2026-12-01', '7')), '2026-12-01')).toEqual(['293', '993'])
  })
  test('that waits counts on whatever day it is: it may be paid today', () => {
    expect(room(tallied(wanted('a')), '2027-03-01')).toEqual(['181', '881'])
  })
  test('was not counted before purchases were', () => {
    expect(tallied(paid('a', undefined)).tally?.bought).toBeUndefined()
  })
  test('is written into the header and read again', () => {
    const { topUp, tally } = tallied(wanted('manual-a_-1'), wanted('manual-b', '5950.5'), paid('x', '2026-11-24'))
    const text = topUpText(topUp, tally)
    expect(text).toBe('off - 0 0 0 0 10000 bought:2026-11-24:119:119 pending:manual-a_-1,119;manual-b,5950.5')
    expect(readTopUpText(text)).toEqual({ state: topUp, tally })
    const none = tallied(wanted('a'), notPaid('a'))
    expect(topUpText(none.topUp, none.tally)).toBe('off - 0 0 0 0 0 bought:-:0:0')
    expect(() => readTopUpText('off - 0 0 0 0 0 pending:a,1')).toThrow(RangeError)
  })
})
