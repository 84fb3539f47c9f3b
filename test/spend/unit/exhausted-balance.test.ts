import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { exhaustedEventsOf } from '../../../shared/spend/balance-events.ts'
import { charged, granted, logOf, opened } from '../../world/pages.ts'

const told = (...contents: readonly (readonly Entry[])[]) =>
  exhaustedEventsOf(undefined, logOf('acme', ...contents)).map(({ id, data }) => [id, data.balance.credits])

describe('a balance that is used up is told', () => {
  test('whatever levels the account has, or none', () => {
    expect(told([opened(), granted('10')], [charged('4')], [charged('7')])).toEqual([['acme#3#exhausted', '-1']])
    expect(told([opened('1000'), granted('10')], [charged('11')])).toEqual([['acme#2#exhausted', '-1']])
  })

  test('at exactly zero, and not again further below', () => {
    expect(told([opened(), granted('10')], [charged('10')], [charged('1')], [charged('5')])).toEqual([
      ['acme#2#exhausted', '0'],
    ])
  })

  test('each time it comes down anew', () => {
    const log = [[opened(), granted('10')], [charged('11')], [granted('5')], [charged('4')]]
    expect(told(...log)).toEqual([
      ['acme#2#exhausted', '-1'],
      ['acme#4#exhausted', '0'],
    ])
  })

  test('of an account that was never given anything, by its first charge', () => {
    expect(told([opened()])).toEqual([])
    expect(told([opened()], [charged('3')], [charged('3')])).toEqual([['acme#2#exhausted', '-3']])
  })

  test('from the page before on, whatever was read at once', () => {
    const log = logOf('acme', [opened(), granted('10')], [charged('4')], [charged('7')])
    expect(exhaustedEventsOf(log[1]?.header, log.slice(2)).map(({ id }) => id)).toEqual(['acme#3#exhausted'])
    expect(exhaustedEventsOf(log[2]?.header, [])).toEqual([])
  })

  test('with what is refused now, what goes on, and what automatic top-up does about it', () => {
    const [, page] = logOf('acme', [opened(), granted('10')], [charged('13.5')])
    const [before] = logOf('acme', [opened(), granted('10')])
    const events = (topUp: NonNullable<typeof page>['header']['topUp']) =>
      exhaustedEventsOf(before?.header, [{ ...page!, header: { ...page!.header, topUp } }])
    expect(events({ kind: 'off' })).toMatchObject([
      {
        type: 'groschen.balance.exhausted',
        subject: 'acme',
        data: {
          account: 'acme',
          seq: 2,
          balance: { eur: '-0.035', credits: '-3.5' },
          refused: ['access-checks', 'reservations'],
          goesOn: ['charges-of-usage-done'],
          automaticTopUp: { kind: 'off' },
        },
      },
    ])
    expect(events({ kind: 'open', of: '2', buys: credits('10000') })).toMatchObject([
      { data: { automaticTopUp: { kind: 'open', buys: { eur: '100.00' } } } },
    ])
    expect(events({ kind: 'waiting', of: '2', until: 0, reason: 'cooldown' })).toMatchObject([
      { data: { automaticTopUp: { kind: 'waiting', reason: 'cooldown', nextTry: '1970-01-01T00:00:00.000Z' } } },
    ])
    expect(events({ kind: 'suspended', of: '2', reason: 'disputed' })).toMatchObject([
      { data: { automaticTopUp: { kind: 'suspended', reason: 'disputed' } } },
    ])
  })
})
