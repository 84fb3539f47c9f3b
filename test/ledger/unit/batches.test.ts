import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import { crossingsBetween } from '../../../shared/ledger/entries/settings.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { credits, noCredits } from '../../../shared/money/amounts.ts'
import { exact, plain } from '../../../shared/money/exact.ts'
import { pagesAfter } from '../../world/pages.ts'

const settings = { lowBalanceLevels: ['1000', '250.5', '0'].map(credits) }
const open: Entry = { kind: 'open', key: 'k', actor: 'a', at: 0, settings }

/** A log with a page for each batch. */
const logOf = (batches: readonly (readonly Entry[])[]): readonly Page[] => pagesAfter([], 'acme', [open], ...batches)

const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.bigInt({ min: 0n, max: 10n ** 24n - 1n }))
  .map(([whole, part]) => credits(`${whole}.${part.toString().padStart(24, '0')}`))
const entry = fc.tuple(amount, fc.boolean(), fc.integer({ min: 0, max: 10 ** 9 })).map(
  ([of, isCharge, at]): Entry =>
    isCharge
      ? {
          kind: 'charge',
          source: '/s',
          id: String(at),
          boundAt: undefined,
          time: at,
          user: 'u',
          group: undefined,
          category: 'text',
          service: 'x/y',
          variant: '',
          quantities: new Map([['calls', exact('1')]]),
          reservation: undefined,
          rateCard: 1,
          credits: of,
        }
      : { kind: 'grant', key: String(at), actor: 'a', at, reason: 'r', reference: undefined, credits: of },
)
const entries = fc.array(entry, { minLength: 1, maxLength: 30 })
const totalsOf = (pages: readonly Page[]) => {
  const { balance, totalCredited, totalCharged } = pages.at(-1)!.header
  return [balance, totalCredited, totalCharged].map(plain)
}

describe('the same entries', () => {
  test('give the same balance and totals, to the last digit, however they are split into pages', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.nat(30), { maxLength: 6 }), (all, cuts) => {
        const bounds = [0, ...cuts.map((cut) => cut % all.length).sort((a, b) => a - b), all.length]
        const batches = bounds.slice(1).map((to, place) => all.slice(bounds[place], to))
        expect(totalsOf(logOf(batches.filter(({ length }) => length > 0)))).toEqual(totalsOf(logOf([all])))
      }),
    )
  })

  test('give them in any order', () => {
    fc.assert(
      fc.property(
        entries.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(totalsOf(logOf([shuffled]))).toEqual(totalsOf(logOf([all])))
        },
      ),
    )
  })
})

test('the crossings of a page are those between its balance and the one before, whatever else stands in it', () => {
  fc.assert(
    fc.property(fc.array(entries, { minLength: 1, maxLength: 5 }), (batches) => {
      const pages = logOf(batches)
      pages.forEach(({ header }, place) => {
        const before = pages[place - 1]?.header.balance ?? noCredits
        expect(header.crossings).toEqual(crossingsBetween(before, header.balance, settings.lowBalanceLevels))
      })
      const fell = pages.flatMap(({ header }) => header.crossings.map(plain))
      expect(fell.every((level) => settings.lowBalanceLevels.some((one) => plain(one) === level))).toBe(true)
    }),
  )
})
