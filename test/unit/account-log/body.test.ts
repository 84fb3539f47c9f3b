import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBody, encodeBody } from '../../../shared/account-log/body.ts'
import type { Entry } from '../../../shared/account-log/entry.ts'
import { BrokenChain, UnknownPageFormat } from '../../../shared/account-log/errors.ts'
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
const grant = fc
  .record({
    key: name,
    actor: name,
    at: instant,
    reason: name,
    reference: fc.option(name, { nil: undefined }),
    credits: digits(12, 6),
  })
  .map(({ credits: amount, ...fields }): Entry => ({ kind: 'grant', ...fields, credits: credits(amount) }))
const open = fc.record({ key: name, actor: name, at: instant, levels: fc.array(digits(6, 2), { maxLength: 3 }) }).map(
  ({ levels, ...fields }): Entry => ({
    kind: 'open',
    ...fields,
    settings: { lowBalanceLevels: levels.map(credits) },
  }),
)

const headerOf = (entries: readonly Entry[]) => ({ format: 1, account: 'acme', seq: 3, entryCount: entries.length })

/** Decimals compare by value; their text is what counts. */
const textOf = (entries: readonly Entry[]) =>
  JSON.stringify(entries, (_, value: unknown) =>
    value instanceof Map ? [...value].sort(([a], [b]) => meters.indexOf(a) - meters.indexOf(b)) : value,
  )

describe("a page's body", () => {
  test('gives back every entry, to the last digit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 5, arbitrary: charge }, grant, open), { minLength: 1, maxLength: 30 }),
        (entries) => {
          const sorted = entries.map((entry) => (entry.kind === 'charge' ? { ...entry } : entry))
          expect(textOf(decodeBody(encodeBody(sorted), headerOf(sorted)))).toBe(textOf(sorted.map(inFieldOrder)))
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

/** JSON.stringify follows insertion order: put the fields in the order the decoder makes them. */
function inFieldOrder(entry: Entry): Entry {
  if (entry.kind === 'charge') {
    const {
      kind,
      source,
      id,
      boundAt,
      time,
      user,
      group,
      category,
      service,
      variant,
      quantities,
      reservation,
      rateCard,
      credits: amount,
    } = entry
    return {
      kind,
      source,
      id,
      boundAt,
      time,
      user,
      group,
      category,
      service,
      variant,
      quantities,
      reservation,
      rateCard,
      credits: amount,
    }
  }
  if (entry.kind === 'grant') {
    const { kind, key, actor, at, reason, reference, credits: amount } = entry
    return { kind, key, actor, at, reason, reference, credits: amount }
  }
  const { kind, key, actor, at, settings } = entry
  return { kind, key, actor, at, settings }
}
