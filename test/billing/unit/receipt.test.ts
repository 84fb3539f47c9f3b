import { describe, expect, test } from 'vitest'
import type { BillingVersion } from '../../../shared/billing/billing-details.ts'
import { hasReceipt, receiptOf } from '../../../shared/billing/receipt.ts'
import { readSeller } from '../../../shared/billing/seller.ts'
import { euros } from '../../../shared/money/amounts.ts'
import { topUpStatuses } from '../../../shared/top-ups/top-up.ts'
import { creditedTopUp } from '../../world/example-top-up.ts'

const seller = readSeller({
  name: 'Groschen GmbH',
  lines: ['Hauptstraße 1', '10827 Berlin'],
  vatId: 'DE136695976',
  note: { de: 'HRB 1', en: 'Register no. 1' },
})
const account = { name: 'Acme', timeZone: 'Europe/Berlin' }
const billing: BillingVersion = {
  account: 'acme',
  version: 1,
  company: 'Łódź & Söhne <KG>',
  actor: 'olga',
  savedAt: 0,
  email: undefined,
  address: { lines: ['ul. Piotrkowska 1'], postcode: '90-001', city: 'Łódź', country: 'PL' },
  vatId: 'PL5261040828',
  purchaseReference: 'PO-4711',
  language: 'de',
}

describe('a receipt', () => {
  test('in German has each amount to the cent, the day where the account is, and whom it is made out to', () => {
    expect(receiptOf(creditedTopUp(), account, billing, seller)).toMatchObject({
      language: 'de',
      number: 'acme/manual-9fJ2mQ0sXbA1',
      facts: [
        ['Belegnummer', 'acme/manual-9fJ2mQ0sXbA1'],
        ['Datum', '24. November 2026'],
        ['Zahlung', 'pi_1'],
        ['Bezahlt mit', 'visa 4242'],
        ['Ihre Bestellnummer', 'PO-4711'],
      ],
      seller: { lines: ['Groschen GmbH', 'Hauptstraße 1', '10827 Berlin', 'USt-IdNr. DE136695976'] },
      buyer: {
        lines: ['Łódź & Söhne <KG>', 'ul. Piotrkowska 1', '90-001 Łódź', 'Polen', 'USt-IdNr. PL5261040828'],
      },
      rows: [
        ['Guthaben: 100.000 Credits', '1.000,00\u00a0€'],
        ['Rabatt', '-50,00\u00a0€'],
        ['Umsatzsteuer', '180,50\u00a0€'],
      ],
      total: ['Summe', '1.130,50\u00a0€'],
      takings: [],
      note: 'HRB 1',
    })
  })

  test('in English says the same', () => {
    expect(receiptOf(creditedTopUp(), account, { ...billing, language: 'en' }, seller)).toMatchObject({
      language: 'en',
      facts: expect.arrayContaining([['Date', '24 November 2026']]),
      rows: [
        ['100,000 credits', '€1,000.00'],
        ['Discount', '-€50.00'],
        ['VAT', '€180.50'],
      ],
      total: ['Total', '€1,130.50'],
      note: 'Register no. 1',
    })
  })

  test('of an account without billing details is made out to its name', () => {
    const { buyer, language } = receiptOf(creditedTopUp({ billing: 0 }), account, undefined, seller)
    expect({ buyer, language }).toEqual({ buyer: { label: 'An', lines: ['Acme'] }, language: 'de' })
  })

  test('of an invoice names it, and no payment', () => {
    const origin = { kind: 'invoice', key: 'k', actor: 'olga', reference: 'INV-17', dueOn: '2026-12-24' } as const
    const { facts } = receiptOf(creditedTopUp({ origin, paidWith: undefined }), account, billing, seller)
    expect(facts.slice(2, 4)).toEqual([
      ['Rechnung', 'INV-17'],
      ['Fällig am', '24. Dezember 2026'],
    ])
    expect(facts.flat()).not.toContain('pi_1')
  })

  test('shows below its total what was taken back since, and what came back of it', () => {
    const takings = [
      { id: 're_1', cause: 'refund', amount: euros('10') },
      { id: 'dp_1', cause: 'dispute', amount: euros('1120.50') },
      { id: 'dp_1#won', cause: 'dispute-won', amount: euros('1120.50') },
    ] as const
    const shown = receiptOf(creditedTopUp({ status: 'disputed', takings }), account, billing, seller)
    expect(shown.total).toEqual(['Summe', '1.130,50\u00a0€'])
    expect(shown.takings).toEqual([
      ['Danach erstattet', '-10,00\u00a0€'],
      ['Danach zurückgebucht', '-1.120,50\u00a0€'],
      ['Rückbuchung aufgehoben', '1.120,50\u00a0€'],
    ])
  })

  test('is there for what was credited, and for nothing else', () => {
    const having = topUpStatuses.filter((status) => hasReceipt(creditedTopUp({ status })))
    expect(having).toEqual(['credited', 'refunded', 'disputed'])
  })
})

test('a seller that is wrong is said to be, with the place', () => {
  expect(() => readSeller({ name: 'Groschen', lines: [] })).toThrow('at /lines')
  expect(() => readSeller({ lines: ['a'] })).toThrow('at /name')
})
