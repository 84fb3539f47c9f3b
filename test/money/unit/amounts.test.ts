import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amountText, credits, rounded, sumOf, toCredits, toEuros } from '../../../shared/money/amounts.ts'
import { exact, plain } from '../../../shared/money/exact.ts'

describe('amounts', () => {
  test('one credit is one cent', () => {
    expect(amountText(credits('10000'))).toEqual({ eur: '100.00', credits: '10000' })
    expect(amountText(credits('8500'))).toEqual({ eur: '85.00', credits: '8500' })
    expect(amountText(credits('2.6533'))).toEqual({ eur: '0.026533', credits: '2.6533' })
    expect(amountText(credits('-0.5'))).toEqual({ eur: '-0.005', credits: '-0.5' })
  })

  test('keep all 38 digits through sums and units', () => {
    const large = credits('99999999999999.999999999999999999999999')
    expect(plain(toCredits(toEuros(large)))).toBe('99999999999999.999999999999999999999999')
    expect(plain(sumOf([large, credits('0.000000000000000000000001')]))).toBe('100000000000000')
  })

  test('are never written with an exponent, trailing zeros or a negative zero', () => {
    expect(plain(exact('0.000000000000000000000001'))).toBe('0.000000000000000000000001')
    expect(plain(exact('1.500'))).toBe('1.5')
    expect(plain(exact('-0'))).toBe('0')
  })

  test('are rounded for the eye only, half up', () => {
    expect(rounded(credits('2.665'), 2)).toBe('2.67')
    expect(rounded(credits('-2.665'), 2)).toBe('-2.67')
  })

  test.each(['1e3', '0x10', '1_000', 'NaN', 'Infinity', '', '+1', ' 1', '1.', '.5', '01', '١'])(
    'do not read %j',
    (text) => {
      expect(() => exact(text)).toThrow(RangeError)
    },
  )

  test('add up the same in any order', () => {
    const amount = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map((n) => credits(`${n}`))
    fc.assert(
      fc.property(
        fc.array(amount, { maxLength: 20 }),
        (amounts) => plain(sumOf(amounts)) === plain(sumOf([...amounts].reverse())),
      ),
    )
  })
})
