import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import { BrokenChain, UnknownPageFormat } from '../../../shared/ledger/errors.ts'
import { decodeBody, encodeBody } from '../../../shared/ledger/io/page-item.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { exact } from '../../../shared/money/exact.ts'
import { accountBoundId } from '../../../shared/usage/account-bound-id.ts'
import { categories, meters } from '../../../shared/usage/meters.ts'
import { variantOf } from '../../../shared/usage/variant.ts'

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => /^[^\p{Cc}\p{Cs}]+$/u.test(text))
const digits = (integer: number, decimals: number) =>
  fc
    .tuple(
      fc.bigInt({ min: 0n, max: 10n ** BigInt(integer) - 1n }),
      fc.bigInt({ min: 0n, max: 10n ** BigInt(decimals) - 1n }),
    )
    .map(([whole, part]) => `${whole}.${part.toString().padStart(decimals, '0')}`)
const instant = fc.integer({ min: 0, max: 2 ** 45 })
const boundOr = fc.option(fc.tuple(instant, fc.bigInt({ min: 0n, max: 2n ** 50n - 1n })), { nil: undefined })

const charge = fc
  .record({
    source: name,
    opaque: name,
    bound: boundOr,
    time: instant,
    user: name,
    group: fc.option(name, { nil: undefined }),
    category: fc.constantFrom(...categories),
    service: name,
    variant: fc.option(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), name, { maxKeys: 3 }), { nil: undefined }),
    quantities: fc
      .uniqueArray(fc.constantFrom(...meters), { minLength: 1 })
      .chain((used) => fc.tuple(...used.map((meter) => fc.tuple(fc.constant(meter), digits(15, 6))))),
    reservation: fc.option(name, { nil: undefined }),
    rateCard: fc.integer({ min: 1, max: 5000 }),
    credits: digits(9, 24),
  })
  .map(
    ({ opaque, bound, variant, quantities, credits: amount, ...fields }): Entry => ({
      kind: 'charge',
      ...fields,
      id: bound === undefined ? opaque : accountBoundId(fields.source, 'acme', bound[0], bound[1]),
      boundAt: bound?.[0],
      variant: variantOf(variant),
      quantities: new Map(quantities.map(([meter, text]) => [meter, exact(text)])),
      credits: credits(amount),
    }),
  )
const made = { key: name, actor: name, at: instant, reason: name }
const decision = fc
  .record({ ...made, reference: fc.option(name, { nil: undefined }), amount: digits(12, 6), taken: fc.boolean() })
  .map(({ amount, taken, ...fields }) => ({ ...fields, credits: credits(taken ? `-${amount}` : amount) }))
const rerated = fc.record({
  nth: fc.integer({ min: 1, max: 99 }),
  rateCard: fc.integer({ min: 1, max: 5000 }),
  time: instant,
  user: name,
  group: fc.option(name, { nil: undefined }),
  category: fc.constantFrom(...categories),
  service: name,
})
const decided: fc.Arbitrary<Entry> = fc.oneof(
  decision.map((fields): Entry => ({ kind: 'grant', ...fields })),
  decision.map((fields): Entry => ({ kind: 'adjustment', ...fields })),
  fc
    .tuple(decision, name, name)
    .map(([fields, source, id]): Entry => ({ kind: 'refund', of: { source, id }, ...fields })),
  fc.tuple(decision, name).map(([fields, of]): Entry => ({ kind: 'reversal', of, ...fields })),
  fc
    .tuple(decision, name, name, rerated)
    .map(([fields, source, id, charge]): Entry => ({ kind: 'rerating', of: { source, id }, ...charge, ...fields })),
)
const restore = fc
  .record({ ...made, epoch: fc.integer({ min: 1, max: 99 }) })
  .map((fields): Entry => ({ kind: 'restore', ...fields }))
const open = fc.record({ key: name, actor: name, at: instant, levels: fc.array(digits(6, 2), { maxLength: 3 }) }).map(
  ({ levels, ...fields }): Entry => ({
    kind: 'open',
    ...fields,
    settings: { lowBalanceLevels: levels.map(credits) },
  }),
)

const headerOf = (entries: readonly Entry[]) => ({ format: 1, account: 'acme', seq: 3, entryCount: entries.length })

/** Decimals compare by value; their text is what counts. Names and meters in one order. */
const textOf = (entries: readonly Entry[]) =>
  JSON.stringify(entries, (_, value: unknown) => {
    if (value instanceof Map) return [...value].sort(([a], [b]) => meters.indexOf(a) - meters.indexOf(b))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })

describe("a page's body", () => {
  test('gives back every entry, to the last digit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 5, arbitrary: charge }, decided, open, restore), { minLength: 1, maxLength: 30 }),
        (entries) => {
          expect(textOf(decodeBody(encodeBody(entries), headerOf(entries)))).toBe(textOf(entries))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('of a newer format gives the work back', () => {
    expect(() => decodeBody('[]', { ...headerOf([]), format: 2 })).toThrow(UnknownPageFormat)
  })

  test.each(['', '[]', '{}', 'null', '[[],[],[],[],[],[],[],[],[null],"",[],[0],[],"1",[]]'])(
    'that is %j stops the account',
    (text) => {
      expect(() => decodeBody(text, { ...headerOf([]), entryCount: 1 })).toThrow(BrokenChain)
    },
  )
})
