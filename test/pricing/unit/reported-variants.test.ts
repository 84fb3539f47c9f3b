import { describe, expect, test } from 'vitest'
import { plain } from '../../../shared/money/exact.ts'
import { publishedCard } from '../../../shared/pricing/cards/rate-card.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import { noLayers } from '../../../shared/pricing/rates/markup.ts'
import { variantOf } from '../../../shared/usage/variant.ts'
import { cardOf, priceOfOne, rate, storedCard, usageOf, used } from '../../world/cards.ts'

const PARKED = 'rate.variant'
const image = (price: string, variant?: Record<string, string>) =>
  rate('openai/gpt-image-2', 'images', price, '1', variant)

describe('bugs of other products with variants', () => {
  test('a size that the price table lacks costs what another size costs (Bike4Mind/bike4mind#2936, BerriAI/litellm#37751)', () => {
    const card = cardOf([
      image('0.145'),
      image('0.006', { quality: 'low', size: '1024x1024' }),
      image('0.211', { quality: 'high', size: '1024x1024' }),
    ])
    const price = (variant: Record<string, string>) => priceOfOne(card, 'openai/gpt-image-2', 'images', variant)
    expect(price({ size: '1024x1024', quality: 'high' })).toBe('21.1')
    expect(price({ size: '1792x1024', quality: 'high' })).toBe(PARKED)
    expect(price({ quality: 'low' })).toBe(PARKED)
  })

  test('an image of no quality costs what the middle one costs (Bike4Mind/bike4mind#3007)', () => {
    const card = cardOf([image('0.053', { quality: 'medium' }), image('0.211', { quality: 'high' })])
    expect(priceOfOne(card, 'openai/gpt-image-2', 'images')).toBe(PARKED)
    expect(priceOfOne(card, 'openai/gpt-image-2', 'images', { quality: 'auto' })).toBe(PARKED)
  })

  test('a dated name of a model has the full price for flex (BerriAI/litellm#22086)', () => {
    const { rates: _, ...manifest } = storedCard([])
    const rates = [
      rate('openai/o4-mini', 'input_tokens', '1.10', '1000000'),
      rate('openai/o4-mini', 'input_tokens', '0.55', '1000000', { tier: 'flex' }),
    ]
    const alias = { alias: 'openai/o4-mini-2025-04-16', service: 'openai/o4-mini' }
    const card = publishedCard(manifest, rates, [alias], noLayers)
    expect(priceOfOne(card, alias.alias, 'input_tokens', { tier: 'flex' })).toBe('0.000055')
    expect(priceOfOne(card, alias.alias, 'input_tokens', { tier: 'priority' })).toBe(PARKED)
  })

  test('the tier that is none, "default", is another one than none (earendil-works/pi#3307, BerriAI/litellm#31837)', () => {
    const rates = [
      rate('v/m', 'input_tokens', '1'),
      rate('v/m', 'input_tokens', '2', '1', { service_tier: 'priority' }),
    ]
    const card = storedCard(rates, [{ name: 'service_tier', value: 'default' }])
    expect(priceOfOne(card, 'v/m', 'input_tokens', { service_tier: 'default' })).toBe('100')
    expect(priceOfOne(card, 'v/m', 'input_tokens', { service_tier: 'priority' })).toBe('200')
    expect(priceOfOne(cardOf(rates), 'v/m', 'input_tokens', { service_tier: 'default' })).toBe(PARKED)
  })

  test('priority has no price of its own for long contexts (Willxup/cpa-usage-keeper#313)', () => {
    const tiersBy = { scope: 'event' as const, meters: ['input_tokens' as const] }
    const tiered = (price: string, above: string, variant?: Record<string, string>) => ({
      ...rate('v/m', 'input_tokens', price, '1000000', variant),
      tiers: [{ above: '272000', price: above }],
      tiersBy,
    })
    const card = cardOf([tiered('1', '2'), tiered('2', '4', { tier: 'priority' })])
    const cost = (tokens: string, variant?: Record<string, string>) => {
      const priced = priceByCard(usageOf('v/m', used(['input_tokens', tokens]), { variant: variantOf(variant) }), card)
      return priced.kind === 'priced' && plain(priced.total)
    }
    expect(cost('1000000')).toBe('200')
    expect(cost('1000000', { tier: 'priority' })).toBe('400')
    expect(cost('100000', { tier: 'priority' })).toBe('20')
  })

  test('tokens of an unknown model are free (ding113/claude-code-hub#1167); only zeros are', () => {
    const card = cardOf([rate('v/m', 'input_tokens', '1')])
    expect(priceOfOne(card, 'v/new', 'input_tokens')).toBe('rate.missing')
    const zeros = priceByCard(usageOf('v/new', used(['input_tokens', '0'], ['output_tokens', '0'])), card)
    expect(zeros.kind === 'priced' && plain(zeros.total)).toBe('0')
  })
})
