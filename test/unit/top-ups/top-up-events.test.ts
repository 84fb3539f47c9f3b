import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../shared/account-log/entry.ts'
import type { Page } from '../../../shared/account-log/page.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'
import { topUpEventsOf } from '../../../shared/top-ups/top-up-events.ts'

/** A page as far as events are made of it. */
const pageOf = (topUp: Page['header']['topUp'], entry: Entry): Page =>
  ({
    header: { account: 'acme', seq: 19, cuts: [], balance: credits('-300'), topUp },
    entries: [entry],
  }) as unknown as Page

const reversal = (key: string): Entry => ({
  ...{ kind: 'payment-reversal', key, actor: 'stripe', at: 0, provider: 'stripe', payment: 'pi_1', taking: 'dp_1' },
  ...{ cause: 'dispute', credits: credits('-50000') },
})

describe('a dispute that suspends is told', () => {
  test.each([
    ['manual-9fJ2mQ0sXbA1', 'manual'],
    ['auto-17', 'automatic'],
    ['auto-17e1', 'automatic'],
  ] as const)('of %s as %s, with the credits that were taken', (key, origin) => {
    const [event] = topUpEventsOf([pageOf({ kind: 'suspended', of: '19', reason: 'disputed' }, reversal(key))])
    expect(event).toMatchObject({
      type: 'groschen.top-up.suspended',
      data: { topUp: key, origin, amount: { eur: '500.00', credits: '50000' }, reason: 'disputed' },
    })
  })
})

test('an invoice is told with its number', () => {
  const entry: Entry = {
    ...{ kind: 'top-up', key: 'invoice-x', actor: 'olga', at: 0, provider: 'invoice', payment: 'acme/INV/17' },
    ...{ of: undefined, month: '', paid: euros('119'), credits: credits('10000') },
  }
  const [event] = topUpEventsOf([pageOf({ kind: 'off' }, entry)])
  expect(event).toMatchObject({ data: { origin: 'invoice', paid: '119.00', reference: 'INV/17' } })
})
