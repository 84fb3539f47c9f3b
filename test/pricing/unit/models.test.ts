import { describe, expect, test } from 'vitest'
import { type RateCard, rateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { modelsOf } from '../../../shared/pricing/models/models.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import { cardOf, rate } from '../../world/cards.ts'

const HOUR = 3_600_000
const NOW = 100 * HOUR
const gpt = (price: string): PublishedRate => rate('openai/gpt-4o', 'input_tokens', price, '1000000')
const card = (version: number, from: number, ...rates: PublishedRate[]): RateCard => cardOf(rates, version, from)

const shown = (...cards: RateCard[]) =>
  modelsOf(cards, NOW, undefined).map(({ service, prices, upcoming }) => [
    service,
    prices.map(({ rate: { price } }) => price.toFixed()),
    upcoming.map(({ from, rateCard: version, prices: next }) => [
      from,
      version,
      next.map(({ rate: { price } }) => price.toFixed()),
    ]),
  ])

describe('the list of models', () => {
  test('has every service with rates of its own, by name, and its aliases', () => {
    const {
      rateFor: _,
      rates,
      aliases: __,
      ...manifest
    } = card(1, 0, rate('*', 'tool_calls', '1'), rate('openai/*', 'pages', '1'), gpt('3'), rate('a/b', 'pages', '2'))
    const named = rateCard(manifest, rates, [{ alias: 'openai/gpt-4o-2024', service: 'openai/gpt-4o' }])
    expect(modelsOf([named], NOW, undefined).map(({ service, aliases }) => [service, aliases])).toEqual([
      ['a/b', []],
      ['openai/gpt-4o', ['openai/gpt-4o-2024']],
    ])
  })

  test('tells what is announced, change by change, of the services that change alone', () => {
    const same = rate('a/b', 'pages', '2')
    const cards = [
      card(1, 0, gpt('3'), same),
      card(2, NOW + HOUR, gpt('2.5'), same),
      card(3, NOW + 2 * HOUR, gpt('2'), same),
    ]
    expect(shown(...cards)).toEqual([
      ['a/b', ['2'], []],
      [
        'openai/gpt-4o',
        ['3'],
        [
          [NOW + HOUR, 2, ['2.5']],
          [NOW + 2 * HOUR, 3, ['2']],
        ],
      ],
    ])
  })

  test('has a model that comes, and says of one that goes', () => {
    expect(shown(card(1, 0, gpt('3')), card(2, NOW + HOUR, rate('new/model', 'pages', '1')))).toEqual([
      ['new/model', [], [[NOW + HOUR, 2, ['1']]]],
      ['openai/gpt-4o', ['3'], [[NOW + HOUR, 2, []]]],
    ])
  })

  test('leaves out a version that another one, published later, replaces before it begins', () => {
    const cards = [card(1, 0, gpt('3')), card(2, NOW + HOUR, gpt('9')), card(3, NOW + HOUR, gpt('4'))]
    expect(shown(...cards)).toEqual([['openai/gpt-4o', ['3'], [[NOW + HOUR, 3, ['4']]]]])
  })
})
