import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { credits, euros, sumOf } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { Taking } from '../../../shared/payments/payment.ts'
import { reversedCredits } from '../../../shared/top-ups/payment-refund.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'
import { quote, quoteInvoice } from '../../../shared/top-ups/quote.ts'

const stage = readPurchaseSettings({
  ...DEFAULT_PURCHASES,
  discounts: [
    { from: '500', percent: '2.5' },
    { from: '1000', percent: '5' },
  ],
  taxPercent: '19',
  fee: '0.35',
})
const texts = (price: ReturnType<typeof quote>) =>
  Object.fromEntries(Object.entries(price).map(([k, v]) => [k, v.toFixed(2)]))

describe('what credits cost', () => {
  test('is a cent each where a stage says nothing', () => {
    expect(texts(quote(readPurchaseSettings(DEFAULT_PURCHASES), credits('10000')))).toEqual({
      net: '100.00',
      discount: '0.00',
      fee: '0.00',
      tax: '0.00',
      total: '100.00',
    })
  })
  test('is less by the largest discount that applies, with fee and tax', () => {
    expect(texts(quote(stage, credits('100000')))).toEqual({
      net: '1000.00',
      discount: '50.00',
      fee: '0.35',
      tax: '180.57',
      total: '1130.92',
    })
    expect(texts(quote(stage, credits('50000')))['discount']).toBe('12.50')
  })
  test('on an invoice are the same without the fee, which is that of a payment', () => {
    expect(texts(quoteInvoice(stage, credits('100000')))).toEqual({
      net: '1000.00',
      discount: '50.00',
      fee: '0.00',
      tax: '180.50',
      total: '1130.50',
    })
  })
  test('settings that can not be are refused with their place', () => {
    expect(() => readPurchaseSettings({ ...DEFAULT_PURCHASES, most: '1e9' })).toThrow('/most')
  })
})

describe('money that went back', () => {
  const bought = { credits: credits('10000'), paid: euros('118.99') }
  const cents = fc.integer({ min: 1, max: 11_899 })
  const sum = (takings: readonly Taking[]) => sumOf(takings.map((_, place) => reversedCredits(bought, takings, place)))

  test('takes all credits of a payment that went back whole, in whatever pieces, and never more', () => {
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 5 }), (pieces) => {
        const takings = [...pieces, 11_899].map(
          (of, place): Taking => ({ id: `re_${place}`, cause: 'refund', amount: euros((of / 100).toFixed(2)) }),
        )
        expect(plain(sum(takings))).toBe('-10000')
      }),
    )
  })
  const amounts = { half: euros('59.50'), whole: euros('118.99') }
  const taking = (id: string, cause: Taking['cause'], amount = amounts.whole): Taking => ({ id, cause, amount })
  const steps = (takings: readonly Taking[]) =>
    takings.map((_, place) => plain(reversedCredits(bought, takings, place)))

  test('by refund and by dispute does not come again as long as one of them stands', () => {
    const disputed = [taking('dp_1', 'dispute'), taking('dp_1#won', 'dispute-won')]
    expect(steps([taking('re_1', 'refund'), ...disputed])).toEqual(['-10000', '0', '0'])
    expect(steps([taking('re_1', 'refund', amounts.half), ...disputed])).toEqual([
      ...['-5000.420203', '-4999.579797', '4999.579797'],
    ])
  })

  test('is in the end what all refunds and disputes come to, in whatever order we learn of them', () => {
    const piece = fc.record({
      cents,
      kind: fc.constantFrom('refund' as const, 'dispute' as const),
      isUndone: fc.boolean(),
    })
    const parts = fc.array(piece, { maxLength: 5 }).chain((pieces) => {
      const takings = pieces.flatMap(({ cents: of, kind, isUndone }, place) => {
        const amount = euros((of / 100).toFixed(2))
        const undone = kind === 'refund' ? ('refund-failed' as const) : ('dispute-won' as const)
        return [taking(`${kind}_${place}`, kind, amount), ...(isUndone ? [taking(`${place}#`, undone, amount)] : [])]
      })
      const standing = pieces.filter(({ isUndone }) => !isUndone).reduce((sum, { cents: of }) => sum + of, 0)
      const back = Math.min(11_899, standing)
      return fc
        .shuffledSubarray(takings, { minLength: takings.length, maxLength: takings.length })
        .map((inOrder) => ({ inOrder, back }))
    })
    fc.assert(
      fc.property(parts, ({ inOrder, back }) => {
        const whole = reversedCredits(bought, [taking('one', 'refund', euros((back / 100).toFixed(2)))], 0)
        expect(plain(sum(inOrder))).toBe(plain(whole))
        for (let seen = 0; seen <= inOrder.length; seen += 1) {
          const left = sum(inOrder.slice(0, seen))
          expect(left.lte(0) && left.gte(-10_000)).toBe(true)
        }
      }),
    )
  })

  test('comes again when a dispute is won, or a refund failed', () => {
    const amount = euros('118.99')
    const takings: readonly Taking[] = [
      { id: 'dp_1', cause: 'dispute', amount },
      { id: 'dp_1#won', cause: 'dispute-won', amount },
    ]
    expect(takings.map((_, place) => plain(reversedCredits(bought, takings, place)))).toEqual(['-10000', '10000'])
    expect(steps([taking('re_1', 'refund'), taking('re_1#failed', 'refund-failed')])).toEqual(['-10000', '10000'])
  })
})
