import { describe, expect, test } from 'vitest'
import { decidePublication, type Publication } from '../../../shared/pricing/cards/decide-publication.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { Alias } from '../../../shared/pricing/cards/rate-card-draft.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import { catalogueOf, draftOf, rate, usageOf, used } from '../../world/cards.ts'

const NOW = Date.UTC(2026, 10, 23)
const HOUR = 3_600_000
const MODEL = rate('openai/gpt-4o', 'input_tokens', '3', '1000000')
const SNAPSHOT: Alias = { alias: 'openai/gpt-4o-2024-08-06', service: 'openai/gpt-4o' }

const publish = (
  rates: readonly PublishedRate[],
  aliases: readonly Alias[],
  { cards = [], from = 0 }: { readonly cards?: readonly RateCard[]; readonly from?: number } = {},
): Publication => decidePublication(catalogueOf(cards), draftOf({ effectiveFrom: from, rates, aliases }), NOW)

const accepted = (publication: Publication): RateCard => {
  if (publication.kind !== 'accepted') throw new Error(JSON.stringify(publication))
  return publication.card
}

const faultsOf = (publication: Publication) => (publication.kind === 'refused' ? publication.faults : [])
const priceOf = (card: RateCard, service: string) => card.rateFor(usageOf(service, used()), 'input_tokens')

describe('an alias', () => {
  test('is priced as the service that the card names, and the rate says which', () => {
    const card = accepted(publish([MODEL], [SNAPSHOT]))
    expect(priceOf(card, SNAPSHOT.alias)).toEqual(priceOf(card, 'openai/gpt-4o'))
    expect(priceOf(card, SNAPSHOT.alias)).toMatchObject({ kind: 'rate', rate: { service: 'openai/gpt-4o' } })
  })

  test('is never guessed: a name that merely begins like one has no price', () => {
    const card = accepted(publish([MODEL], [SNAPSHOT]))
    expect(priceOf(card, 'openai/gpt-4o-2024-11-20')).toEqual({ kind: 'service', meter: 'input_tokens' })
  })

  test.each([
    ['that has rates of its own', [MODEL, rate(SNAPSHOT.alias, 'pages', '1')], [SNAPSHOT], 'has rates of its own'],
    ['of what no rate names', [rate('a/b', 'pages', '1')], [SNAPSHOT], 'no rate names openai/gpt-4o'],
    [
      'of another alias',
      [MODEL],
      [SNAPSHOT, { alias: 'x/y', service: SNAPSHOT.alias }],
      'no rate names openai/gpt-4o-2024',
    ],
    [
      'of a whole vendor',
      [rate('openai/*', 'pages', '1')],
      [{ alias: 'x/y', service: 'openai/*' }],
      'no rate names openai/*',
    ],
    ['that stands twice', [MODEL], [SNAPSHOT, SNAPSHOT], 'the same alias as /aliases/0'],
  ] as const)('%s is refused', (_, rates, aliases, detail) => {
    expect(faultsOf(publish(rates, aliases))).toEqual([
      { pointer: `/aliases/${aliases.length - 1}`, detail: expect.stringContaining(detail) },
    ])
  })

  test('that changes what a name costs needs the notice of any change of a price', () => {
    const direct = accepted(publish([MODEL, rate(SNAPSHOT.alias, 'input_tokens', '5', '1000000')], []))
    const changed = publish([MODEL], [SNAPSHOT], { cards: [direct] })
    expect(faultsOf(changed)).toMatchObject([
      { pointer: '/effectiveFrom', detail: expect.stringContaining(SNAPSHOT.alias) },
    ])
    expect(publish([MODEL], [SNAPSHOT], { cards: [direct], from: NOW + HOUR }).kind).toBe('accepted')
  })

  test('that is taken away again is a change of what its name costs', () => {
    const card = accepted(publish([MODEL], [SNAPSHOT]))
    expect(faultsOf(publish([MODEL], [], { cards: [card] }))).toHaveLength(1)
  })

  test('for a name that had no price may start in the past', () => {
    const card = accepted(publish([MODEL], []))
    expect(publish([MODEL], [SNAPSHOT], { cards: [card] }).kind).toBe('accepted')
  })
})
