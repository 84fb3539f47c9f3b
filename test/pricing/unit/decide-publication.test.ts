import { describe, expect, test } from 'vitest'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { Markup } from '../../../shared/pricing/rates/markup.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import { catalogueOf, draftOf, rate, seedRates } from '../../world/cards.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000

const decide = (cards: readonly RateCard[], effectiveFrom: number, rates: readonly PublishedRate[], now = NOW) =>
  decidePublication(catalogueOf(cards), draftOf({ effectiveFrom, rates }), now)

function publish(
  cards: readonly RateCard[],
  effectiveFrom: number,
  rates: readonly PublishedRate[],
  now = NOW,
): readonly RateCard[] {
  const decision = decide(cards, effectiveFrom, rates, now)
  if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision.faults))
  return [...cards, decision.card]
}

describe('publishing a rate card', () => {
  test('the first card may start in 1970: nothing was priced before', () => {
    expect(decide([], 0, seedRates)).toMatchObject({ kind: 'accepted', card: { version: 1 } })
  })

  test('a price may change ten minutes after publication, not a millisecond earlier', () => {
    const cards = publish([], 0, seedRates)
    const dearer = [rate('openai/gpt-4o', 'input_tokens', '4', '1000000'), ...seedRates.slice(1)]
    expect(decide(cards, NOW + 10 * MINUTE, dearer).kind).toBe('accepted')
    const refused = decide(cards, NOW + 10 * MINUTE - 1, dearer)
    expect(refused).toMatchObject({ kind: 'refused', faults: [{ pointer: '/effectiveFrom' }] })
    expect(JSON.stringify(refused)).toContain('openai/gpt-4o input_tokens')
  })

  test('a rate where there was none may start in the past', () => {
    const cards = publish([], 0, seedRates)
    expect(decide(cards, 1, [...seedRates, rate('google/gemini', 'input_tokens', '1', '1000000')]).kind).toBe(
      'accepted',
    )
  })

  test('a rate that disappears is a change', () => {
    expect(decide(publish([], 0, seedRates), 1, seedRates.slice(1)).kind).toBe('refused')
  })

  test('a specific rate under a general one is a change of its price', () => {
    const cards = publish([], 0, seedRates)
    expect(decide(cards, 1, [...seedRates, rate('openai/gpt-4o', 'tool_calls', '0.01')]).kind).toBe('refused')
    expect(decide(cards, 1, [...seedRates, rate('openai/gpt-4o', 'tool_calls', '0.005')]).kind).toBe('accepted')
  })

  test('a markup for an account and one model or vendor is a change also where a general rate prices the meter', () => {
    const listed = { per: '1', listPrice: '1', currency: 'EUR', source: 'the list', meter: 'output_tokens' as const }
    const draft = (general: string, markups: readonly Markup[]) =>
      draftOf({
        effectiveFrom: 1,
        rates: [rate('v/m', 'input_tokens', '1')],
        listPrices: [{ ...listed, service: general }],
        layers: { exchangeRates: [], markups: [...markups], defaultPercent: '0' },
      })
    for (const [general, service] of [
      ['v/*', 'v/m'],
      ['*', 'v/m'],
      ['*', 'v/*'],
    ] as const) {
      const first = decidePublication(catalogueOf([]), { ...draft(general, []), effectiveFrom: 0 }, NOW)
      if (first.kind !== 'accepted') throw new Error(JSON.stringify(first.faults))
      const next = draft(general, [{ account: 'acme', service, percent: '50' }])
      expect(decidePublication(catalogueOf([first.card]), next, NOW)).toMatchObject({
        kind: 'refused',
        faults: [{ detail: expect.stringContaining(`${service} output_tokens for acme`) }],
      })
    }
  })

  test('a rate that can not be applied exactly is refused, saying where', () => {
    expect(decide([], 0, [rate('*', 'calls', '1', '3')])).toMatchObject({
      kind: 'refused',
      faults: [{ pointer: '/rates/0' }],
    })
  })

  test('the same service, variant and meter twice is refused', () => {
    expect(decide([], 0, [rate('*', 'calls', '1'), rate('*', 'calls', '1')])).toMatchObject({
      faults: [{ pointer: '/rates/1' }],
    })
  })
})
