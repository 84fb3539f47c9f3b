import { expect, test } from 'vitest'
import { toEuros } from '../../../shared/money/amounts.ts'
import { exact, plain } from '../../../shared/money/exact.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import type { TiersBy } from '../../../shared/pricing/rates/price-tiers.ts'
import { type PublishedRate, rateSchema } from '../../../shared/pricing/rates/rate.ts'
import type { Meter } from '../../../shared/usage/meters.ts'
import { variantOf } from '../../../shared/usage/variant.ts'
import checked from '../../fixtures/hand-checked-prices.json' with { type: 'json' }
import { cardOf, usageOf } from '../../world/cards.ts'

/** As the fixture has it: amounts worked out by hand from vendors' public prices, outside of this project. */
interface Checked {
  readonly name: string
  readonly service: string
  readonly variant?: Readonly<Record<string, string>>
  readonly card: readonly Partial<PublishedRate>[]
  readonly tiersBy?: { readonly scope: TiersBy['scope']; readonly sumOf: readonly Meter[] }
  readonly quantities: Readonly<Record<string, string>>
  readonly usd: string
}

const usages = checked.usages as unknown as readonly Checked[]

/** A dollar counts as a euro here: it is the arithmetic that is checked. */
const ratesOf = ({ service, card, tiersBy }: Checked): readonly PublishedRate[] =>
  card.map((rate) =>
    rateSchema.parse({
      ...rate,
      service,
      currency: 'EUR',
      ...(rate.tiers !== undefined && { tiersBy: tiersBy && { meters: tiersBy.sumOf, scope: tiersBy.scope } }),
    }),
  )

test('the fixture has at least forty usages, of every form of a rate', () => {
  expect(usages.length).toBeGreaterThanOrEqual(40)
  const rates = usages.flatMap(ratesOf)
  const scopes = new Set(rates.map(({ tiersBy }) => tiersBy?.scope))
  expect(scopes).toEqual(new Set([undefined, 'event', 'slice']))
  expect(rates.some(({ rounding }) => rounding !== undefined)).toBe(true)
  expect(rates.some(({ variant }) => variant !== undefined)).toBe(true)
})

test.each(usages.map((usage) => [usage.name, usage] as const))('%s', (_, usage) => {
  const card = cardOf(ratesOf(usage), 1, 0)
  const quantities = new Map(Object.entries(usage.quantities).map(([meter, text]) => [meter as Meter, exact(text)]))
  const variant = variantOf(usage.variant)
  const priced = priceByCard(usageOf(usage.service, quantities, { variant }), card)
  if (priced.kind !== 'priced') throw new Error(`${priced.kind}: ${JSON.stringify(priced)}`)
  expect(plain(toEuros(priced.total))).toBe(usage.usd)
})
