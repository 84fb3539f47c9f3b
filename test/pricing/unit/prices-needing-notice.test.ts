import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import { pricesNeedingNotice } from '../../../shared/pricing/cards/prices-needing-notice.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { CardContent } from '../../../shared/pricing/cards/rate-card-draft.ts'
import { isSamePrice, type PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import { variantOf } from '../../../shared/usage/variant.ts'
import { catalogueOf, draftOf, forAnyVariant, rate } from '../../world/cards.ts'
import { inLong } from '../../world/long.ts'

type Content = Pick<CardContent, 'rates' | 'aliases' | 'priceNeutralVariants'>

const METERS = ['input_tokens', 'output_tokens', 'tool_calls'] as const
const FLEX = { tier: 'flex' }
const EU = { region: 'eu' }

/** Few services, meters and prices: cards that meet each other. */
const anyRate = fc
  .record({
    service: fc.constantFrom('a/one', 'a/two', 'a/*', '*'),
    meter: fc.constantFrom(...METERS),
    price: fc.constantFrom('1', '2'),
    isForAny: fc.boolean(),
    account: fc.constantFrom(undefined, undefined, 'acme'),
    variant: fc.constantFrom(undefined, undefined, FLEX, EU),
  })
  .map(({ service, meter, price, isForAny, account, variant }): PublishedRate => {
    const of = service.endsWith('*') ? undefined : variant
    const one = rate(service, meter, price, '1', of)
    return { ...(isForAny && of === undefined ? forAnyVariant(one) : one), ...(account && { account }) }
  })

const nameOf = ({ service, meter, variant, account }: PublishedRate) =>
  JSON.stringify([service, meter, variant, account])

const anyContent: fc.Arbitrary<Content> = fc.record({
  rates: fc.uniqueArray(anyRate, { minLength: 1, maxLength: 7, selector: nameOf }),
  aliases: fc.constantFrom([], [{ alias: 'a/dated', service: 'a/one' }], [{ alias: 'a/dated', service: 'a/two' }]),
  priceNeutralVariants: fc.constantFrom([], [{ name: 'region' }], [{ name: 'tier', value: 'other' }]),
})

/** A card, and one that differs in a rate, in its aliases, in what is price-neutral, or in all of these. */
const anyChange = fc
  .record({
    old: anyContent,
    other: anyContent,
    place: fc.nat(7),
    what: fc.constantFrom('rates', 'aliases', 'priceNeutralVariants', 'all'),
  })
  .map(({ old, other, place, what }) => {
    const known = new Set(old.rates.map(nameOf))
    const added = other.rates.filter((one) => !known.has(nameOf(one))).slice(0, 1)
    const rates = [...old.rates.filter((_, at) => at !== place), ...added]
    const pick = (field: string) => (what === field || what === 'all' ? other : old)
    const { aliases } = pick('aliases')
    const { priceNeutralVariants } = pick('priceNeutralVariants')
    const next = { rates: pick('rates') === other ? rates : old.rates, aliases, priceNeutralVariants }
    return { old, next }
  })

function published(content: Content): RateCard | undefined {
  const decision = decidePublication(catalogueOf([]), draftOf(content), 0)
  return decision.kind === 'accepted' ? decision.card : undefined
}

function changesAPrice(before: RateCard, card: RateCard): boolean {
  const named = [...before.rates.map(({ service }) => service), ...before.aliases.map(({ alias }) => alias)]
  const variants = [undefined, FLEX, EU, { ...FLEX, ...EU }, { tier: 'other' }].map(variantOf)
  return named
    .filter((service) => !service.endsWith('*'))
    .flatMap((service) => variants.map((variant) => ({ service, variant, category: undefined })))
    .flatMap((usage) => ['acme', 'beta'].map((account) => ({ ...usage, account })))
    .some((usage) =>
      METERS.some((meter) => {
        const [was, is] = [before.rateFor(usage, meter), card.rateFor(usage, meter)]
        return was.kind === 'rate' && (is.kind !== 'rate' || !isSamePrice(was.rate, is.rate))
      }),
    )
}

test('a card that changes any price in force is said to change some', () => {
  const isSaid = fc.property(anyChange, ({ old, next }) => {
    const [before, card] = [published(old), published(next)]
    fc.pre(before !== undefined && card !== undefined)
    if (changesAPrice(before, card)) expect(pricesNeedingNotice(card, [before])).not.toEqual([])
  })
  fc.assert(isSaid, { numRuns: inLong(300, 3000) })
})
