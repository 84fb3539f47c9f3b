import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import { crossingsBetween } from '../../../shared/ledger/entries/settings.ts'
import { BalanceOutOfRange, BrokenChain } from '../../../shared/ledger/errors.ts'
import { checkPage, checkSuccession, type Page } from '../../../shared/ledger/page/page.ts'
import { Sight } from '../../../shared/ledger/sight.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { pageAfter as nextAfter } from '../../world/pages.ts'

const settings = { lowBalanceLevels: [] }
const open: Entry = { kind: 'open', key: 'k', actor: 'a', at: 0, settings }
const grant = (amount: string, key = amount): Entry => ({
  kind: 'grant',
  key,
  actor: 'a',
  at: 0,
  reason: 'r',
  reference: undefined,
  credits: credits(amount),
})

const pageAfter = (head: Page | undefined, ...entries: readonly Entry[]): Page => nextAfter(head, 'acme', entries)

const first = pageAfter(undefined, open)
const second = pageAfter(first, grant('5000'))
const third = pageAfter(second, grant('1'))

describe('the chain of pages', () => {
  test('carries lifetime totals; the balance is their difference', () => {
    const { balance, totalCredited, totalCharged, seq } = third.header
    expect([seq, plain(balance), plain(totalCredited), plain(totalCharged)]).toEqual([3, '5001', '5001', '0'])
  })

  test('holds: each page names the one before it', () => {
    for (const page of [first, second, third]) checkPage(page)
    checkSuccession(undefined, first)
    checkSuccession(first, second)
    checkSuccession(second, third)
  })

  test.each<[string, Page]>([
    [
      'a changed balance',
      { ...second, header: { ...second.header, balance: credits('6000'), totalCredited: credits('6000') } },
    ],
    ['a changed body', { ...second, body: new Uint8Array([1]) }],
    ['a cut that no restore made', { ...second, header: { ...second.header, cuts: [1] } }],
    ['a changed log time', { ...second, header: { ...second.header, logTime: 5 } }],
    ['a page that claims another account', { ...second, header: { ...second.header, account: 'other' } }],
  ])('breaks at %s', (_, page) => {
    expect(() => checkPage(page)).toThrow(BrokenChain)
  })

  test('breaks at a missing page, a second branch, totals that are not its entries’', () => {
    expect(() => checkSuccession(first, third)).toThrow(BrokenChain)
    expect(() => checkSuccession(pageAfter(first, grant('4')), third)).toThrow(BrokenChain)
    const forged = pageAfter(
      { ...first, header: { ...first.header, totalCredited: credits('9'), balance: credits('9') } },
      grant('1'),
    )
    expect(() => checkSuccession(first, forged)).toThrow(BrokenChain)
  })

  test('is held against its neighbours by whoever reads it', () => {
    const sight = new Sight(first)
    expect(() => sight.add(pageAfter(pageAfter(undefined, open, grant('1')), grant('2')))).toThrow(BrokenChain)
  })

  test('refuses a balance beyond 14 digits of credits', () => {
    expect(() => pageAfter(pageAfter(first, grant('99999999999999')), grant('1'))).toThrow(BalanceOutOfRange)
  })
})

describe('a crossing', () => {
  const levels = [credits('10'), credits('0')]
  const between = (before: string, after: string) =>
    crossingsBetween(credits(before), credits(after), levels).map(plain)

  test('is a level that the balance falls below', () => {
    expect(between('10', '9.999999')).toEqual(['10'])
    expect(between('11', '-1')).toEqual(['10', '0'])
  })

  test('is none at the level itself, on the way up, or below it already', () => {
    expect(between('11', '10')).toEqual([])
    expect(between('5', '50')).toEqual([])
    expect(between('5', '4')).toEqual([])
  })
})

describe('a sight of a log', () => {
  test('finds entries, and forgets the oldest pages first, never the head', () => {
    const sight = new Sight(first)
    sight.add(second)
    sight.add(third)
    sight.trim(3)
    expect(sight.ranges()).toEqual([{ from: { seq: 3, logTime: 0 }, to: { seq: 3, logTime: 0 } }])
    sight.trim(0)
    expect(sight.head()).toBe(third)
    expect(sight.settings(1)).toEqual(settings)
  })
})
