import { describe, expect, test } from 'vitest'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import { draftFromCard } from '../../../shared/pricing/cards/draft-from-card.ts'
import { neutralChange, priceChanges } from '../../../shared/pricing/cards/price-changes.ts'
import { hashOfCard, type RateCard, rateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { Alias } from '../../../shared/pricing/cards/rate-card-draft.ts'
import type { PriceNeutralVariant } from '../../../shared/pricing/rates/price-neutral-variant.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import { cardOf, catalogueOf, draftOf, forAnyVariant, priceOfOne, rate, storedCard } from '../../world/cards.ts'

const NOW = Date.UTC(2026, 10, 24)

describe('a card from before rates said what becomes of unlisted variants', () => {
  const rates = [
    rate('*', 'tool_calls', '0.005'),
    rate('v/m', 'tool_calls', '0.01', '1', { tool: 'web-search' }),
    rate('v/m', 'images', '1'),
    rate('v/m', 'images', '3', '1', { quality: 'high' }),
  ]
  const old = storedCard(rates, 'unsaid')

  test('prices its charges as it did: by service with variant, service, vendor, everything', () => {
    expect(priceOfOne(old, 'v/m', 'images', { quality: 'low' })).toBe('100')
    expect(priceOfOne(old, 'v/m', 'images', { quality: 'high', region: 'eu' })).toBe('100')
    expect(priceOfOne(old, 'v/m', 'tool_calls', { tool: 'web_search' })).toBe('0.5')
    expect(priceOfOne(old, 'v/m', 'tool_calls')).toBe('0.5')
  })

  test('keeps its hash: the rule of today is part of that of a version of today', () => {
    const { rates: ready, aliases, layers } = old
    const hash = hashOfCard({ rates: ready, aliases, layers, priceNeutralVariants: undefined })
    expect(hash).toBe('12a78f1d5481d628b3fc635adac9b5b49ebbe775923ec6a7de8c573e9f23db32')
    expect(hashOfCard({ rates: ready, aliases, layers, priceNeutralVariants: [] })).not.toBe(hash)
  })

  test('as a draft says that its prices are meant for every variant', () => {
    expect(draftFromCard(old).rates.map(({ unlistedVariant }) => unlistedVariant)).toEqual([
      'base',
      undefined,
      'base',
      undefined,
    ])
  })
})

describe('what a rate says about unlisted variants', () => {
  const flat = rate('v/m', 'images', '1')
  const decide = (
    rates: readonly PublishedRate[],
    cards: readonly RateCard[],
    priceNeutralVariants: readonly PriceNeutralVariant[] = [],
    aliases: readonly Alias[] = [],
  ) => decidePublication(catalogueOf(cards), draftOf({ effectiveFrom: 1, rates, priceNeutralVariants, aliases }), NOW)
  const publish = (
    rates: readonly PublishedRate[],
    neutral: readonly PriceNeutralVariant[] = [],
    aliases: readonly Alias[] = [],
  ): RateCard => {
    const decision = decide(rates, [], neutral, aliases)
    if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision.faults))
    return rateCard({ ...decision.card, effectiveFrom: 0 }, decision.card.rates, aliases)
  }
  const early = (
    rates: readonly PublishedRate[],
    before: RateCard,
    neutral: readonly PriceNeutralVariant[] = [],
    aliases: readonly Alias[] = [],
  ) => {
    const decision = decide(rates, [before], neutral, aliases)
    return decision.kind === 'accepted' ? 'accepted' : decision.faults[0]?.detail
  }

  test('is a price like any other: taken away it needs its notice, given it may count for the past', () => {
    expect(early([flat], publish([forAnyVariant(flat)]))).toContain(
      'changes the price of v/m an unlisted variant images',
    )
    expect(early([forAnyVariant(flat)], publish([flat]))).toBe('accepted')
  })

  test('and what it lists are changed by notice too: a first variant takes the price of everything away', () => {
    const all = rate('*', 'tool_calls', '1')
    const named = rate('v/m', 'images', '1')
    const search = rate('v/m', 'tool_calls', '2', '1', { tool: 'web-search' })
    expect(early([all, named, search], publish([all, named]))).toContain('v/m tool_calls')
    expect(early([forAnyVariant(all), named, search], publish([forAnyVariant(all), named]))).toContain(
      'v/m tool=web-search tool_calls',
    )
    expect(early([all, named, search], publish([all]))).toBe('accepted')
  })

  test('and which names say nothing: a name that counts for tokens from now on needs its notice', () => {
    const [tokens, search] = [
      rate('v/m', 'input_tokens', '1'),
      rate('v/m', 'tool_calls', '2', '1', { tool: 'web-search' }),
    ]
    const searched = rate('v/m', 'input_tokens', '1', '1', { tool: 'web-search' })
    expect(early([tokens, search, searched], publish([tokens, search]))).toContain('v/m tool=unlisted input_tokens')
  })

  test('also for the meters that a vendor’s rate or one for everything prices, under every name of the service', () => {
    const flexCall = rate('v/m', 'tool_calls', '5', '1', { tier: 'flex' })
    const flexTokens = rate('v/m', 'input_tokens', '1', '1', { tier: 'flex' })
    for (const general of ['v/*', '*']) {
      const before = [rate(general, 'output_tokens', '1'), flexCall]
      expect(priceOfOne(publish(before), 'v/m', 'output_tokens', { tier: 'flex' })).toBe('100')
      expect(early([...before, flexTokens], publish(before))).toContain('v/m tier=unlisted output_tokens')
    }
  })

  test('also for the one account whose own rates say it', () => {
    const flexCall = rate('v/m', 'tool_calls', '5', '1', { tier: 'flex' })
    const flexTokens = { ...rate('v/m', 'input_tokens', '1', '1', { tier: 'flex' }), account: 'acme' }
    const before = [rate('v/*', 'output_tokens', '1'), flexCall]
    expect(early([...before, flexTokens], publish(before))).toContain('v/m tier=unlisted output_tokens for acme')
    const owned = [flexCall, { ...rate('*', 'output_tokens', '1'), account: 'beta' }]
    expect(early([...owned, { ...flexTokens, account: undefined }], publish(owned))).toContain(
      'v/m tier=unlisted output_tokens for beta',
    )
  })

  test('also where an alias is given to a service that knows other names', () => {
    const rates = [
      rate('*', 'output_tokens', '1'),
      rate('v/one', 'tool_calls', '5', '1', { tier: 'flex' }),
      forAnyVariant(rate('v/two', 'tool_calls', '5')),
    ]
    const of = (service: string) => [{ alias: 'v/dated', service }]
    const before = publish(rates, [], of('v/one'))
    expect(priceOfOne(before, 'v/dated', 'output_tokens', { tier: 'flex' })).toBe('100')
    expect(early(rates, before, [], of('v/two'))).toContain('v/dated tier=unlisted output_tokens')
  })

  test('also for the one account whose own rates list variants of the service that an alias moves to', () => {
    const rates = [
      forAnyVariant(rate('v/*', 'images', '1')),
      rate('v/one', 'images', '1', '1', { quality: 'high' }),
      rate('v/two', 'input_tokens', '1'),
      { ...rate('v/two', 'images', '2', '1', { size: 'xl' }), account: 'acme' },
    ]
    const of = (service: string) => [{ alias: 'v/dated', service }]
    expect(early(rates, publish(rates, [], of('v/one')), [], of('v/two'))).toContain(
      'v/dated quality=high images for acme',
    )
  })

  test('and price-neutral variants: one that is dropped takes prices away, one more only gives some', () => {
    const region = [{ name: 'region' }]
    expect(early([flat], publish([flat], region))).toContain('v/m region=unlisted images')
    expect(early([flat], publish([flat]), region)).toBe('accepted')
  })

  test('shows as a change between versions, though the price is the same', () => {
    const [change, ...others] = priceChanges(cardOf([flat]), cardOf([forAnyVariant(flat)]))
    expect(others).toEqual([])
    expect(change).toMatchObject({
      service: 'v/m',
      before: { unlistedVariant: 'park' },
      after: { unlistedVariant: 'base' },
    })
    expect(priceChanges(storedCard([flat], 'unsaid'), cardOf([forAnyVariant(flat)]))).toEqual([])
  })

  test('and which variants never change a price show as a change too, in whatever order they stand', () => {
    const [region, tool] = [{ name: 'region' }, { name: 'tool', meters: ['runs', 'calls'] as const }]
    const of = (...neutral: readonly PriceNeutralVariant[]) => storedCard([flat], neutral)
    expect(neutralChange(of(region), of())).toEqual({ before: [region], after: [] })
    expect(neutralChange(of(region), of(region, { name: 'tool', meters: ['runs'] }))?.after).toHaveLength(2)
    expect(neutralChange(undefined, of(region))).toEqual({ before: [], after: [region] })
    expect(neutralChange(storedCard([flat], 'unsaid'), of(region))).toEqual({ before: [], after: [region] })
    expect(
      neutralChange(
        of(region, { ...tool, meters: ['calls', 'runs'] }),
        of({ ...tool, meters: ['runs', 'calls'] }, region),
      ),
    ).toBeUndefined()
    expect(neutralChange(storedCard([flat], 'unsaid'), of())).toBeUndefined()
  })

  test('can not stand in a rate for one variant', () => {
    const decision = decide([forAnyVariant(rate('v/m', 'images', '1', '1', { quality: 'high' }))], [])
    expect(decision).toMatchObject({ kind: 'refused', faults: [{ pointer: '/rates/0' }] })
  })

  test('is kept by a markup for an account', () => {
    const card = storedCard(
      [
        {
          ...forAnyVariant(rate('v/m', 'images', '1')),
          basis: { listPrice: '1', currency: 'EUR', exchangeRate: '1', markupPercent: '0', source: 'list' },
        },
      ],
      [],
      { exchangeRates: [], markups: [{ account: 'acme', percent: '50' }] },
    )
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'low' })).toBe('150')
    expect(priceOfOne(card, 'v/m', 'images', { quality: 'low' }, 'beta')).toBe('100')
  })
})

describe('accounts with prices of their own', () => {
  const models = Array.from({ length: 50 }, (_, n) => rate(`v/m${n}`, 'images', '1'))

  /** How often the version before is asked for a price until the next one is published. */
  function lookups(owned: readonly PublishedRate[]): number {
    const rates = [...models, ...owned]
    const before = cardOf(rates)
    const find = before.rateFor.bind(before)
    let count = 0
    before.rateFor = (usage, meter) => {
      count += 1
      return find(usage, meter)
    }
    const draft = draftOf({ rates: [...rates, rate('w/new', 'images', '1')], effectiveFrom: 0 })
    expect(decidePublication(catalogueOf([before]), draft, NOW).kind).toBe('accepted')
    return count
  }

  test('cost a publication no look at the models that they have none for', () => {
    const owned = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ ...rate('v/m0', 'images', '1'), account: `account-${n}` }))
    const [none, twenty, forty] = [lookups([]), lookups(owned(20)), lookups(owned(40))]
    expect(forty - twenty).toBe(twenty - none)
    expect(forty).toBeLessThan(3 * none)
  })
})
