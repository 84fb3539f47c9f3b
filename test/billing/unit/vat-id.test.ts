import { describe, expect, test } from 'vitest'
import { readVatId } from '../../../shared/billing/vat-id.ts'

describe('a VAT id', () => {
  test.each([
    ['DE136695976', 'DE', 'DE136695976'],
    ['de 136 695 976', 'DE', 'DE136695976'],
    ['ATU12011204', 'AT', 'ATU12011204'],
    ['EL040127797', 'GR', 'EL040127797'],
    ['CHE-107.787.577 MWST', 'CH', 'CHE107787577MWST'],
    ['XI434031494', 'GB', 'XI434031494'],
    ['JP1234567890123', 'JP', 'JP1234567890123'],
  ])('%s of %s is written as %s', (text, country, vatId) => {
    expect(readVatId(text, country)).toEqual({ vatId })
  })

  test.each([
    ['DE136695975', 'DE', /check digits/],
    ['DE1366959', 'DE', /form/],
    ['EL040127796', 'GR', /check digits/],
    ['ATU12011204', 'DE', /begins with DE, as/],
    ['GR040127797', 'GR', /begins with EL, as/],
    ['', 'DE', /begins with DE/],
  ])('%s of %s is refused', (text, country, fault) => {
    expect(readVatId(text, country)).toEqual({ fault: expect.stringMatching(fault) })
  })
})
