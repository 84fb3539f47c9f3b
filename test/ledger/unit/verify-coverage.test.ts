import { describe, expect, test } from 'vitest'
import type { ChargeEntry } from '../../../shared/ledger/entries/charge.ts'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import { findingsOfMarker, isFindable, needsMarker } from '../../../shared/ledger/verify/verify-coverage.ts'
import { charged, granted, NOON, opened } from '../../world/pages.ts'

const MINUTE = 60_000
const bound = (boundAt: number): ChargeEntry => charged('1', { boundAt })
const page = (seq: number, logTime: number, cuts: readonly number[] = []) => ({ account: 'acme', seq, logTime, cuts })
const marker = (seq: number, epoch = 0, account = 'acme') => ({ account, seq, epoch })

describe('an entry has a marker', () => {
  test.each<[string, Entry, boolean]>([
    ['not with an account-bound id in a page of its time', bound(NOON - 30 * MINUTE), false],
    ['with an account-bound id half an hour and a millisecond late', bound(NOON - 30 * MINUTE - 1), true],
    ['with any other id', charged('1'), true],
    ['when a person decided it', granted('1'), true],
    ['not when it opens the log', opened(), false],
  ])('%s', (_, entry, expected) => {
    expect(needsMarker(entry, { logTime: NOON })).toBe(expected)
  })
})

describe('a marker lets a replay find its entry', () => {
  test.each<[string, ReturnType<typeof marker> | undefined, boolean]>([
    ['when it was put before the page', marker(6), true],
    ['not when there is none', undefined, false],
    ['not when it stands at the page', marker(7), false],
    ['not when it is another account’s', marker(6, 0, 'other'), false],
  ])('%s', (_, given, expected) => {
    expect(isFindable(charged('1'), page(7, NOON), given)).toBe(expected)
  })

  test('when it stands further on, in an epoch that a restore has cut', () => {
    expect(isFindable(charged('1'), page(7, NOON, [5]), marker(19))).toBe(true)
    expect(isFindable(charged('1'), page(7, NOON, [5]), marker(19, 1))).toBe(false)
  })
})

describe('a marker points at', () => {
  const findings = (given: ReturnType<typeof marker>, head?: { seq: number; cuts: number[] }) =>
    findingsOfMarker('key', given, head).map(({ expected }) => expected)

  test.each<[string, ReturnType<typeof marker>, readonly string[]]>([
    ['the newest page at most', marker(9), []],
    ['no page after it', marker(10, 1), ['one of the pages 1 to 9']],
    ['any page of an epoch that a restore has cut: it may be gone', marker(10), []],
    ['no page before the first', marker(0), ['one of the pages 1 to 9']],
    ['an epoch that there is', marker(9, 2), ['an epoch up to 1']],
  ])('%s', (_, given, expected) => {
    expect(findings(given, { seq: 9, cuts: [4] })).toEqual(expected)
  })

  test('a log', () => {
    expect(findings(marker(1))).toEqual(['a log of acme'])
  })
})
