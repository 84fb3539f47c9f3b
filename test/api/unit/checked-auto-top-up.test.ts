import { describe, expect, test } from 'vitest'
import { Problem } from '../../../shared/errors/problems.ts'
import type { AutoTopUp, Buys } from '../../../shared/ledger/entries/auto-top-up.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'
import { checkedAutoTopUp } from '../../../shared/top-ups/checked-auto-top-up.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'

const plainStage = readPurchaseSettings(DEFAULT_PURCHASES)
const taxed = readPurchaseSettings({ ...DEFAULT_PURCHASES, taxPercent: '19', fee: '0.35' })

const settings = (buys: Buys, cap: string): AutoTopUp => ({
  threshold: credits('2000'),
  buys,
  cooldownMinutes: 0,
  monthlyCap: { paid: euros(cap), number: 5 },
})
const amount = (count: string, cap: string) => settings({ kind: 'amount', amount: credits(count) }, cap)
const inMultiples = (count: string, most: string) =>
  settings({ kind: 'amount', amount: credits(count), mostPerPurchase: credits(most) }, '500')
const target = (count: string, cap: string) => settings({ kind: 'target', target: credits(count) }, cap)

const refusalOf = (auto: AutoTopUp, stage = plainStage): string | undefined => {
  try {
    checkedAutoTopUp(auto, stage)
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

describe('settings of automatic top-up are taken', () => {
  test('where the cap has room for one purchase, to the cent', () => {
    expect(refusalOf(amount('10000', '100'))).toBeUndefined()
    expect(refusalOf(target('12000', '100.01'))).toBeUndefined()
    expect(refusalOf(amount('10000', '119.42'), taxed)).toBeUndefined()
  })
})

describe('settings that could never buy are refused, with the member that is wrong', () => {
  test.each([
    ['a cap below the amount', amount('50000', '100'), plainStage, '/autoTopUp/monthlyCap/paid'],
    ['a cap below the amount with tax and fee', amount('10000', '119.41'), taxed, 'one purchase costs 119.42 €'],
    ['a cap below what a target takes at least', target('12000', '100'), plainStage, 'at least 100.01 €'],
    ['an amount below what one purchase may be', amount('99', '100'), plainStage, '/autoTopUp/amount'],
    ['a target below the threshold', target('1999', '100'), plainStage, '/autoTopUp/target'],
    ['less in one purchase than the amount', inMultiples('10000', '9999'), plainStage, '/autoTopUp/mostPerPurchase'],
    ['more than one purchase may be', inMultiples('10000', '5000001'), plainStage, '/autoTopUp/mostPerPurchase'],
    ['an amount with a part of a cent', amount('10000.5', '500'), plainStage, 'in whole cents'],
  ] as const)('%s', (_, auto, stage, expected) => {
    expect(refusalOf(auto, stage)).toContain(expected)
  })
})
