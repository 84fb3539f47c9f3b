import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChargeEntry } from '../../../shared/ledger/entries/charge.ts'
import { CorrectionBook, noCorrections } from '../../../shared/ledger/entries/corrections.ts'
import type { ReratingEntry } from '../../../shared/ledger/entries/credit.ts'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import { credits, minus, sumOf } from '../../../shared/money/amounts.ts'
import { exact } from '../../../shared/money/exact.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import { rerate } from '../../../shared/pricing/rerate/rerate.ts'
import { findingsOfReratings } from '../../../shared/pricing/rerate/verify-prices.ts'
import { cardOf, rate } from '../../world/cards.ts'
import { charged, NOON } from '../../world/pages.ts'

const PRICES = ['3', '4', '0', '0.000000000000000001', '12.50', '3']
const cards = PRICES.map((price, place) => cardOf([rate('openai/gpt-4o', 'input_tokens', price)], place + 1))
const [three, four] = cards as [(typeof cards)[0], (typeof cards)[0]]
const without = cardOf([rate('openai/gpt-4o', 'output_tokens', '1')], 7)

const chargeOf = (tokens: string, card = three): ChargeEntry => {
  const usage = { quantities: new Map([['input_tokens', exact(tokens)]] as const), rateCard: card.version }
  const priced = priceByCard({ ...charged('0', usage), account: 'acme' }, card)
  if (priced.kind !== 'priced') throw new Error(priced.kind)
  return { ...charged('0', usage), credits: priced.total }
}

/** What is written of a re-rating, if anything is. */
function written(charge: ChargeEntry, log: readonly Entry[], card = three): readonly ReratingEntry[] {
  const book = new CorrectionBook()
  for (const entry of log) book.add(entry)
  const rerated = rerate('acme', charge, book.take(charge), card)
  if (rerated.kind !== 'corrected') return []
  const { source, id, time, user, group, category, service } = charge
  return [
    {
      kind: 'rerating',
      of: { source, id },
      nth: rerated.nth,
      time,
      user,
      group,
      category,
      service,
      rateCard: card.version,
      credits: rerated.credits,
      key: 'k',
      actor: 'ada',
      at: NOON,
      reason: 'Test',
      reference: undefined,
    },
  ]
}
const costOf = (charge: ChargeEntry, log: readonly Entry[]) =>
  minus(charge.credits, sumOf(log.flatMap((entry) => (entry.kind === 'rerating' ? [entry.credits] : []))))

const refund = (charge: ChargeEntry): Entry => ({
  kind: 'refund',
  of: charge,
  credits: credits('0.1'),
  key: 'r',
  actor: 'ada',
  at: NOON,
  reason: 'Test',
  reference: undefined,
})

describe('re-rating a charge', () => {
  test('gives back what it was too dear, and takes what it was too cheap', () => {
    const charge = chargeOf('10')
    expect(rerate('acme', charge, noCorrections, four)).toEqual({
      kind: 'corrected',
      nth: 1,
      before: credits('3000'),
      after: credits('4000'),
      credits: credits('-1000'),
    })
    expect(rerate('acme', chargeOf('10', four), noCorrections, three)).toMatchObject({ credits: credits('1000') })
  })

  test('that costs the same writes nothing', () => {
    expect(rerate('acme', chargeOf('10'), noCorrections, cards[5]!)).toMatchObject({ kind: 'unchanged' })
  })

  test('that was refunded, were it only in part, leaves it alone', () => {
    const charge = chargeOf('10')
    expect(written(charge, [refund(charge)], four)).toEqual([])
    expect(written(charge, [refund(chargeOf('10'))], four)).toHaveLength(1)
  })

  test('to a version without a price for it leaves it alone: it is never free', () => {
    expect(rerate('acme', chargeOf('10'), noCorrections, without)).toEqual({
      kind: 'unpriced',
      before: credits('3000'),
    })
  })

  test('however often, to whatever versions, ends at exactly what the last one says, and every step can be proven', () => {
    const versions = fc.array(fc.constantFrom(...cards), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(versions, fc.bigInt({ min: 0n, max: 10n ** 7n }), (to, millionths) => {
        const charge = chargeOf(exact(String(millionths)).dividedBy(1_000_000).toFixed())
        const log: Entry[] = []
        for (const card of to) {
          log.push(...written(charge, log, card))
          expect(written(charge, log, card)).toEqual([])
          expect(costOf(charge, log)).toEqual(chargeOf(charge.quantities.get('input_tokens')!.toFixed(), card).credits)
        }
        const placed = log.map((entry, n) => ({ entry: entry as ReratingEntry, seq: n + 2, position: 0 }))
        expect(findingsOfReratings('acme', charge, placed, cards)).toEqual([])
      }),
    )
  })

  test('wherever it was interrupted, in whatever order it goes on, it comes to the same', () => {
    const charges = Array.from({ length: 6 }, (_, n) => chargeOf(String(n)))
    const order = fc.shuffledSubarray(charges, { minLength: 6 })
    const runs = fc.array(fc.tuple(order, fc.nat({ max: 6 })), { maxLength: 5 })
    fc.assert(
      fc.property(runs, order, (interrupted, last) => {
        const log: Entry[] = []
        for (const [some, done] of [...interrupted, [last, 6] as const])
          for (const charge of some.slice(0, done)) log.push(...written(charge, log, four))
        expect(log).toHaveLength(5)
        const afterOne = charges.map((charge) => written(charge, [], four))
        expect(new Set(log)).toEqual(new Set(afterOne.flat()))
      }),
    )
  })
})
