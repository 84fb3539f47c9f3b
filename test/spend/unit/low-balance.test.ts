import { expect, test } from 'vitest'
import { lowBalanceEvent, lowBalancesOf } from '../../../shared/spend/balance-events.ts'
import { charged, granted, logOf, opened } from '../../world/pages.ts'

test('each level crossed is told once, as a CloudEvent with amounts in euros and credits', () => {
  const log = logOf('acme', [opened('1000', '500'), granted('1500')], [charged('1000.5')], [charged('1')])
  const [first, second, ...others] = lowBalancesOf(log)
  expect(others).toEqual([])
  expect(second?.id).toBe('acme#2#500')
  expect(lowBalanceEvent(first!, false)).toEqual({
    specversion: '1.0',
    type: 'groschen.balance.low',
    source: 'groschen',
    id: 'acme#2#1000',
    subject: 'acme',
    time: '2026-11-23T12:00:02.000Z',
    datacontenttype: 'application/json',
    data: {
      account: 'acme',
      seq: 2,
      level: { eur: '10.00', credits: '1000' },
      balance: { eur: '4.995', credits: '499.5' },
    },
  })
})

test('a restored log has other pages under the same numbers, so their notices have other ids', () => {
  const [, second] = logOf('acme', [opened('1000'), granted('1500')], [charged('1000.5')])
  const restored = { ...second!, header: { ...second!.header, cuts: [1] } }
  expect(lowBalancesOf([second!, restored]).map(({ id }) => id)).toEqual(['acme#2#1000', 'acme#2e1#1000'])
})
