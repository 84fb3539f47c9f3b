import { describe, expect, test } from 'vitest'
import { plain } from '../../../shared/money/exact.ts'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { missingText } from '../../../shared/pricing/charge/missing-price.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import type { PriceNeutralVariant } from '../../../shared/pricing/rates/price-neutral-variant.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import type { Meter } from '../../../shared/usage/meters.ts'
import { variantOf } from '../../../shared/usage/variant.ts'
import {
  cardOf,
  catalogueOf,
  draftOf,
  forAnyVariant,
  priceOfOne,
  rate,
  storedCard,
  usageOf,
  used,
} from '../../world/cards.ts'

const NOW = Date.UTC(2026, 10, 24)

/** What is missing, in words. */
function missingOf(card: RateCard, service: string, meter: Meter, variant: Record<string, string> = {}): string {
  const priced = priceByCard(usageOf(service, used([meter, '1']), { variant: variantOf(variant) }), card)
  return priced.kind === 'unpriced' ? missingText(priced.missing, service) : priced.kind
}

const PARKED = 'rate.variant'

describe('a variant that the card does not list', () => {
  const images = [rate('v/m', 'images', '1'), rate('v/m', 'images', '3', '1', { quality: 'high' })]

  test('is parked, also where its service has a price without a variant', () => {
    const card = cardOf(images)
    expect(priceOfOne(card, 'v/m', 'images')).toBe('100')
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'high' })).toBe('300')
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'low' })).toBe(PARKED)
    expect(priceOfOne(card, 'v/m', 'images', { tier: 'flex' })).toBe(PARKED)
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'high', size: '1024x1024' })).toBe(PARKED)
  })

  test('costs what the service costs where its rate says so', () => {
    const card = cardOf(images.map((one) => (one.variant === undefined ? forAnyVariant(one) : one)))
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'low' })).toBe('100')
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'high' })).toBe('300')
  })

  test('is named with those listed and the nearest', () => {
    expect(missingOf(cardOf(images), 'v/m', 'images', { quality: 'hihg' })).toBe(
      'no price for images of v/m with quality=hihg: the card lists quality=high; did you mean quality=high?',
    )
  })

  test('of which no rate lists any is named alone, and no other is offered', () => {
    expect(missingOf(cardOf([rate('v/m', 'images', '1')]), 'v/m', 'images', { size: 'xl' })).toBe(
      'no price for images of v/m with size=xl: the card lists no variant of it',
    )
  })

  test('of which hundreds are listed names ten of them', () => {
    const sizes = Array.from({ length: 300 }, (_, n) => rate('v/m', 'images', '1', '1', { size: `${n}` }))
    expect(missingOf(cardOf(sizes), 'v/m', 'images', { size: 'huge' })).toContain('size=9 and 290 more')
  })

  test('takes a price for a vendor or for everything only where that says so', () => {
    const vendor = rate('v/*', 'tool_calls', '1')
    const all = rate('*', 'tool_calls', '2')
    const named = { tool: 'calendar' }
    expect(priceOfOne(cardOf([all]), 'v/m', 'tool_calls', named)).toBe(PARKED)
    expect(priceOfOne(cardOf([forAnyVariant(all)]), 'v/m', 'tool_calls', named)).toBe('200')
    expect(priceOfOne(cardOf([all, forAnyVariant(vendor)]), 'v/m', 'tool_calls', named)).toBe('100')
    expect(priceOfOne(cardOf([forAnyVariant(all), vendor]), 'v/m', 'tool_calls', named)).toBe(PARKED)
    expect(priceOfOne(cardOf([all, vendor]), 'v/m', 'tool_calls')).toBe('100')
  })
})

describe('a service that lists variants of a meter alone', () => {
  const search = rate('v/m', 'tool_calls', '0.01', '1', { tool: 'web-search' })
  const all = rate('*', 'tool_calls', '0.005')

  test('has no price without one, and takes none of everything that is not meant for every variant', () => {
    expect(priceOfOne(cardOf([search, all]), 'v/m', 'tool_calls')).toBe(PARKED)
    expect(priceOfOne(cardOf([search, forAnyVariant(all)]), 'v/m', 'tool_calls')).toBe('0.5')
    expect(priceOfOne(cardOf([search]), 'v/m', 'tool_calls')).toBe(PARKED)
  })

  test('parks another variant, whatever the price of everything says', () => {
    for (const other of [all, forAnyVariant(all)])
      expect(priceOfOne(cardOf([search, other]), 'v/m', 'tool_calls', { tool: 'web_search' })).toBe(PARKED)
  })

  test('changes nothing for other services', () => {
    expect(priceOfOne(cardOf([search, all]), 'v/other', 'tool_calls')).toBe('0.5')
  })
})

describe('a name of variants', () => {
  const tokens = rate('v/m', 'input_tokens', '1')
  const search = rate('v/m', 'tool_calls', '5', '1', { tool: 'web-search' })
  const flexTokens = rate('v/m', 'output_tokens', '1', '1', { tier: 'flex' })

  test('that a service has for its tool calls says nothing about its tokens', () => {
    const card = cardOf([tokens, search])
    const usage = usageOf('v/m', used(['input_tokens', '1'], ['tool_calls', '1']), {
      variant: variantOf({ tool: 'web-search' }),
    })
    const priced = priceByCard(usage, card)
    expect(priced.kind === 'priced' && plain(priced.total)).toBe('600')
  })

  test('that it has for some tokens may change the price of all: those that are not listed wait', () => {
    const card = cardOf([tokens, rate('v/m', 'output_tokens', '2'), flexTokens, search])
    expect(priceOfOne(card, 'v/m', 'output_tokens', { tier: 'flex', tool: 'web-search' })).toBe('100')
    expect(priceOfOne(card, 'v/m', 'tool_calls', { tier: 'flex', tool: 'web-search' })).toBe('500')
    expect(priceOfOne(card, 'v/m', 'input_tokens', { tier: 'flex' })).toBe(PARKED)
  })

  test('that another service has for its tool calls may say anything about this one', () => {
    expect(
      priceOfOne(cardOf([tokens, rate('v/other', 'tool_calls', '1', '1', { tool: 'x' })]), 'v/m', 'input_tokens', {
        tool: 'x',
      }),
    ).toBe(PARKED)
  })
})

describe('variants that never change a price', () => {
  const rates = [rate('v/m', 'input_tokens', '1'), rate('v/m', 'input_tokens', '2', '1', { tier: 'priority' })]

  test('are left out before rates are looked up: a name, one of its values, or for some meters', () => {
    const card = storedCard(rates, [
      { name: 'region' },
      { name: 'tier', value: 'standard' },
      { name: 'tool', meters: ['input_tokens'] },
    ])
    expect(priceOfOne(card, 'v/m', 'input_tokens', { region: 'eu' })).toBe('100')
    expect(priceOfOne(card, 'v/m', 'input_tokens', { region: 'us', tier: 'priority' })).toBe('200')
    expect(priceOfOne(card, 'v/m', 'input_tokens', { tier: 'standard', tool: 'x' })).toBe('100')
    expect(priceOfOne(card, 'v/m', 'input_tokens', { tier: 'flex' })).toBe(PARKED)
  })

  test('can have no rates of their own, which no usage would find, and stand once', () => {
    const decide = (priceNeutralVariants: readonly PriceNeutralVariant[]) =>
      decidePublication(catalogueOf([]), draftOf({ rates, priceNeutralVariants }), NOW)
    expect(decide([{ name: 'region' }, { name: 'tier', value: 'standard' }])).toMatchObject({ kind: 'accepted' })
    expect(decide([{ name: 'tier' }])).toMatchObject({ faults: [{ pointer: '/rates/1' }] })
    expect(decide([{ name: 'a' }, { name: 'a' }])).toMatchObject({ faults: [{ pointer: '/priceNeutralVariants/1' }] })
  })
})

describe('prices of one account', () => {
  const everybody = [
    rate('v/m', 'images', '1'),
    rate('v/m', 'images', '3', '1', { quality: 'high' }),
    rate('*', 'tool_calls', '0.005'),
    rate('v/m', 'tool_calls', '0.01', '1', { tool: 'web-search' }),
  ]
  const own = (one: PublishedRate): PublishedRate => ({ ...one, account: 'acme' })

  test('go before everybody’s, and what they do not list is taken of everybody’s where that lists it exactly', () => {
    const card = cardOf([...everybody, own(rate('v/m', 'images', '0.5'))])
    expect(priceOfOne(card, 'v/m', 'images')).toBe('50')
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'high' })).toBe('300')
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'low' })).toBe(PARKED)
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'low' }, 'beta')).toBe(PARKED)
  })

  test('are not replaced by a price of everybody’s that is meant for every variant', () => {
    const card = cardOf([forAnyVariant(rate('v/m', 'images', '1')), own(rate('v/m', 'images', '0.5'))])
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'low' })).toBe(PARKED)
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'low' }, 'beta')).toBe('100')
  })

  test('of one variant leave all others to everybody’s prices', () => {
    const card = cardOf([...everybody, own(rate('v/m', 'images', '2', '1', { quality: 'high' }))])
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'high' })).toBe('200')
    expect(priceOfOne(card, 'v/m', 'images')).toBe('100')
  })

  test('of another kind of meter leave an unlisted variant of tokens unlisted', () => {
    const tokens = rate('v/m', 'input_tokens', '1')
    const flexCall = rate('v/m', 'tool_calls', '5', '1', { tier: 'flex' })
    const tier = { tier: 'flex' }
    expect(priceOfOne(cardOf([tokens, own(flexCall)]), 'v/m', 'input_tokens', tier)).toBe(PARKED)
    expect(priceOfOne(cardOf([tokens, own(flexCall)]), 'v/m', 'tool_calls', tier)).toBe('500')
    expect(priceOfOne(cardOf([tokens, flexCall, own(flexCall)]), 'v/m', 'input_tokens', tier)).toBe('100')
  })

  test('make a name count for their own kind of meter, whatever everybody’s say', () => {
    const flexCall = rate('v/m', 'tool_calls', '5', '1', { tier: 'flex' })
    const card = cardOf([
      rate('v/m', 'input_tokens', '1'),
      flexCall,
      own(rate('v/m', 'output_tokens', '1', '1', { tier: 'flex' })),
    ])
    expect(priceOfOne(card, 'v/m', 'input_tokens', { tier: 'flex' })).toBe(PARKED)
    expect(priceOfOne(card, 'v/m', 'input_tokens', { tier: 'flex' }, 'beta')).toBe('100')
  })

  test('for everything are not taken for a service whose variants are listed', () => {
    const card = cardOf([...everybody, own(forAnyVariant(rate('*', 'tool_calls', '0.001')))])
    expect(priceOfOne(card, 'v/other', 'tool_calls', { tool: 'calendar' })).toBe('0.1')
    expect(priceOfOne(card, 'v/m', 'tool_calls', { tool: 'web-search' })).toBe('1')
    expect(priceOfOne(card, 'v/m', 'tool_calls', { tool: 'web_search' })).toBe(PARKED)
  })

  test('for everything are not replaced by a price of everybody’s that is meant for every variant', () => {
    const call = forAnyVariant(rate('v/m', 'tool_calls', '0.006'))
    const card = cardOf([...everybody, call, own(forAnyVariant(rate('*', 'tool_calls', '0.001')))])
    expect(priceOfOne(card, 'v/m', 'tool_calls')).toBe('0.1')
    expect(priceOfOne(card, 'v/m', 'tool_calls', { tool: 'web-search' })).toBe('1')
    expect(priceOfOne(card, 'v/m', 'tool_calls', { tool: 'web_search' })).toBe(PARKED)
    expect(priceOfOne(card, 'v/m', 'tool_calls', { tool: 'web_search' }, 'beta')).toBe('0.6')
  })
})
