import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GrantEntry } from '../../shared/ledger/entries/credit.ts'
import { credits } from '../../shared/money/amounts.ts'
import { exact, plain } from '../../shared/money/exact.ts'
import {
  LARGEST_CHARGE,
  LARGEST_CREDITS,
  QUANTITY_DECIMALS,
  QUANTITY_DIGITS,
  RATE_DECIMALS,
} from '../../shared/money/limits.ts'
import { charge, chargesOf, kinds, NOON, used } from './usage.ts'
import { inTime, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const grant = (amount: string): GrantEntry => ({
  kind: 'grant',
  key: 'grant',
  actor: 'ada',
  at: 0,
  reason: 'limits',
  reference: undefined,
  credits: credits(amount),
})

/** Digits with at most so many before and behind the point, canonical; short and long ones. */
const digits = (before: number, behind: number) =>
  fc
    .tuple(
      fc.bigInt({ min: 0n, max: 10n ** BigInt(before) - 1n }),
      fc
        .integer({ min: 0, max: behind })
        .chain((length) => fc.tuple(fc.constant(length), fc.bigInt({ min: 0n, max: 10n ** BigInt(length) - 1n }))),
    )
    .map(([whole, [length, fraction]]) =>
      plain(exact(length === 0 ? `${whole}` : `${whole}.${fraction.toString().padStart(length, '0')}`)),
    )

/** A rate's decimals, in credits two fewer, times a quantity's. */
const CREDIT_DECIMALS = RATE_DECIMALS - 2 + QUANTITY_DECIMALS

describe('numbers on this engine', () => {
  test('come back with the digits they were stored with, over the whole range', async () => {
    await fc.assert(
      fc.asyncProperty(
        digits(9, CREDIT_DECIMALS),
        digits(QUANTITY_DIGITS, QUANTITY_DECIMALS),
        digits(14, CREDIT_DECIMALS).filter((amount) => exact(amount).lt(LARGEST_CREDITS)),
        async (cost, quantity, granted) => {
          const account = await world.openAccount(grant(granted))
          const event = used(account, NOON, { quantities: new Map([['seconds', exact(quantity)]]) })
          expect(kinds(await world.process().commit(account, [charge(event, cost)], inTime))).toEqual(['committed'])
          const pages = await world.audited(account)
          const [stored] = chargesOf(pages)
          const { header } = pages.at(-1)!
          expect([plain(stored!.credits), plain(stored!.quantities.get('seconds')!)]).toEqual([cost, quantity])
          expect([header.totalCredited, header.totalCharged, header.balance].map(plain)).toEqual([
            granted,
            cost,
            plain(exact(granted).minus(exact(cost))),
          ])
        },
      ),
      {
        numRuns: 40,
        examples: [[plain(LARGEST_CHARGE), '999999999999999.999999', '99999999999998.999999999999999999999999']],
      },
    )
  })

  test('a balance keeps all 38 digits, in either direction', async () => {
    const [much, least] = ['99999999999998', '0.000000000000000000000001']
    for (const [granted, cost] of [
      [much, least],
      [least, '999999999'],
      [`-${much}`, least],
    ] as const) {
      const account = await world.openAccount(grant(granted))
      await world.process().commit(account, [charge(used(account, NOON), cost)], inTime)
      const { balance } = (await world.audited(account)).at(-1)!.header
      expect(plain(balance)).toBe(plain(exact(granted).minus(exact(cost))))
    }
  })

  test('what would pass the largest balance is not written', async () => {
    const account = await world.openAccount(grant(`-${plain(LARGEST_CREDITS)}`))
    const outcomes = await world.process().commit(account, [charge(used(account, NOON), '0.01')], inTime)
    expect(kinds(outcomes)).toEqual(['not-committed'])
    expect(await world.audited(account)).toHaveLength(1)
  })
})
