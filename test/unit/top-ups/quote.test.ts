import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { credits, euros, sumOf } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { Taking } from '../../../shared/payments/payment.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'
import { quote, quoteAutomatic, quoteInvoice } from '../../../shared/top-ups/quote.ts'
import { reversedCredits } from '../../../shared/top-ups/reversed-credits.ts'

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
      ...{ net: '100.00', discount: '0.00', fee: '0.00', tax: '0.00', total: '100.00' },
    })
  })
  test('is less by the largest discount that applies, with fee and tax', () => {
    expect(texts(quote(stage, credits('100000')))).toEqual({
      ...{ net: '1000.00', discount: '50.00', fee: '0.35', tax: '180.57', total: '1130.92' },
    })
    expect(texts(quote(stage, credits('50000')))['discount']).toBe('12.50')
  })
  test('on an invoice are the same without the fee, which is that of a payment', () => {
    expect(texts(quoteInvoice(stage, credits('100000')))).toEqual({
      ...{ net: '1000.00', discount: '50.00', fee: '0.00', tax: '180.50', total: '1130.50' },
    })
  })
  test('of an automatic purchase stays within what one may be', () => {
    expect(plain(quoteAutomatic(stage, credits('20')).credits)).toBe('100')
    expect(plain(quoteAutomatic(stage, credits('99999999')).credits)).toBe('5000000')
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
  test('comes again when a dispute is won', () => {
    const amount = euros('118.99')
    const takings: readonly Taking[] = [
      { id: 'dp_1', cause: 'dispute', amount },
      { id: 'dp_1#won', cause: 'dispute-won', amount },
    ]
    expect(takings.map((_, place) => plain(reversedCredits(bought, takings, place)))).toEqual(['-10000', '10000'])
  })
})
