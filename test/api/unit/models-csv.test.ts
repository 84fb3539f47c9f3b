import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { modelsCsv } from '../../../shared/api/pricing/models-csv.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { modelsOf } from '../../../shared/pricing/models/models.ts'
import type { Meter } from '../../../shared/usage/meters.ts'
import { nameSchema } from '../../../shared/usage/text.ts'
import { cardOf, rate } from '../../world/cards.ts'

const NOW = 1000
const LATER = Date.parse('2027-01-01T00:00:00Z')

const linesOf = (...cards: readonly RateCard[]): readonly Record<string, string>[] =>
  parse(modelsCsv(modelsOf(cards, NOW, undefined), NOW, { kind: 'operator' }), {
    columns: true,
    record_delimiter: '\r\n',
  })

describe('the table of models', () => {
  test('says of what is sold by the package that begun ones are whole', () => {
    const packed = { ...rate('a/b', 'characters', '2', '1000'), rounding: 'whole packages' as const }
    expect(linesOf(cardOf([packed]))).toMatchObject([{ per: '1000', price_eur: '2', rounding: 'whole packages' }])
  })

  test('has a line for each tier, which says whether it prices all units or its slice', () => {
    const tiers = [
      { above: '10', price: '0.5' },
      { above: '20', price: '0.25' },
    ]
    const tiersBy = { scope: 'slice' as const, meters: ['pages' as Meter] }
    expect(linesOf(cardOf([{ ...rate('a/b', 'pages', '1'), tiers, tiersBy }]))).toMatchObject([
      { above: '', price_eur: '1', tier_scope: 'slice' },
      { above: '10', price_eur: '0.5', tier_scope: 'slice' },
      { above: '20', price_eur: '0.25', tier_scope: 'slice' },
    ])
  })

  test('has what is announced with its day, and says of a service that goes since when it has no price', () => {
    const next = cardOf([rate('a/b', 'pages', '2')], 2, LATER)
    const lines = linesOf(cardOf([rate('a/b', 'pages', '1'), rate('a/c', 'runs', '1')]), next)
    const from = '2027-01-01T00:00:00.000Z'
    expect(lines).toMatchObject([
      { service: 'a/b', meter: 'pages', price_eur: '1', from: '', rate_card: '' },
      { service: 'a/b', meter: 'pages', price_eur: '2', from, rate_card: '2' },
      { service: 'a/c', meter: 'runs', price_eur: '1', from: '' },
      { service: 'a/c', meter: '', price_eur: '', from, rate_card: '2' },
    ])
  })

  test('gives every name back as it was, but for an apostrophe before what a spreadsheet takes for a formula', () => {
    const names = fc
      .tuple(
        fc.constantFrom('', '=', ' ', ' =', '\u00a0-', '+', '-', '@', '＝', '＋', '－', '＠', '"', ',', ';', "'"),
        fc.string({ unit: 'binary' }),
      )
      .map((parts) => parts.join(''))
      .filter((name) => nameSchema.safeParse(name).success && !name.endsWith('*'))
    fc.assert(
      fc.property(names, (name) => {
        const [line] = linesOf(cardOf([rate(name, 'runs', '1')]))
        expect(line?.['service']).toBe(/^[\s\p{Cf}]*[=+\-@＝＋－＠]/u.test(name) ? `'${name}` : name)
        expect(line?.['price_eur']).toBe('1')
      }),
    )
  })
})
