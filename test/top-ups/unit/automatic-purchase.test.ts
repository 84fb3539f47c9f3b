import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AutoTopUp, wantedCredits } from '../../../shared/ledger/entries/auto-top-up.ts'
import { type Credits, credits, euros } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { automaticPurchase, nextPurchase, purchaseFor } from '../../../shared/top-ups/automatic-purchase.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'
import { quote } from '../../../shared/top-ups/quote.ts'

const stage = readPurchaseSettings({ ...DEFAULT_PURCHASES, taxPercent: '19', fee: '0.35' })
const settings = (amount: string, most: string): AutoTopUp => ({
  threshold: credits('1000'),
  cooldownMinutes: 0,
  monthlyCap: { paid: euros('500'), number: 100 },
  buys: { kind: 'amount', amount: credits(amount), mostPerPurchase: credits(most) },
})
const toTarget: AutoTopUp = { ...settings('1', '1'), buys: { kind: 'target', target: credits('15000') } }
const told = ({ credits: bought, price }: ReturnType<typeof automaticPurchase>) => [
  plain(bought),
  price.total.toFixed(2),
]

describe('one automatic purchase', () => {
  test('is what the page opened, where the month has room for it', () => {
    expect(told(automaticPurchase(stage, settings('500', '20000'), credits('10500'), euros('125.37')))).toEqual([
      ...['10500', '125.37'],
    ])
  })
  test('is as many whole amounts as the month has room for', () => {
    expect(told(automaticPurchase(stage, settings('500', '20000'), credits('10500'), euros('125.36')))).toEqual([
      ...['10000', '119.42'],
    ])
  })
  test('is one amount where there is no room at all: the decision skips it', () => {
    expect(told(automaticPurchase(stage, settings('500', '20000'), credits('10500'), euros('-3')))).toEqual([
      ...['500', '6.37'],
    ])
  })
  test('up to a target is not cut by the caps: it is bought whole or skipped', () => {
    expect(told(automaticPurchase(stage, toTarget, credits('24500'), euros('10')))[0]).toBe('24500')
  })
  test('is within what a stage sells at once, in whole amounts', () => {
    const room = euros('1000000')
    expect(told(automaticPurchase(stage, settings('30000', '9000000'), credits('9000000'), room))[0]).toBe('4980000')
    expect(told(automaticPurchase(stage, undefined, credits('20'), room))[0]).toBe('100')
    expect(told(automaticPurchase(stage, undefined, credits('99999999'), room))[0]).toBe('5000000')
  })
})

test('as many whole amounts as there is room for are found in few steps, whatever discounts begin in between', () => {
  const purchases = (froms: readonly number[], percents: readonly number[]) =>
    readPurchaseSettings({
      ...DEFAULT_PURCHASES,
      least: '0.01',
      taxPercent: '19',
      fee: '0.35',
      discounts: froms.map((from, place) => ({ from: `${from}`, percent: `${percents[place] ?? 0}` })),
    })
  const some = (max: number) => fc.array(fc.integer({ min: 0, max }), { maxLength: 3 })
  fc.assert(
    fc.property(some(40), some(90), fc.integer({ min: 1, max: 700 }), fc.nat(9000), (froms, percents, size, cents) => {
      const sold = purchases(froms, percents)
      const [amount, room] = [credits(String(size)), euros((cents / 100).toFixed(2))]
      const wanted = amount.times(12) as Credits
      const right = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2].find((count) =>
        quote(sold, amount.times(count) as Credits).total.lte(room),
      )
      const bought = automaticPurchase(sold, settings(String(size), plain(wanted)), wanted, room)
      expect(plain(bought.credits)).toBe(plain(amount.times(right ?? 1)))
      if (bought.price.total.gt(room)) return
      // What it cost says what it was.
      const { total } = bought.price
      const again = purchaseFor(sold, settings(String(size), plain(wanted)), wanted, total)
      expect(again).toEqual(bought)
    }),
  )
  let asked = 0
  const counting = { ...stage, least: euros('0.01') }
  const fee = () => {
    asked += 1
    return euros('0.35')
  }
  Object.defineProperty(counting, 'fee', { get: fee })
  const bought = automaticPurchase(counting, settings('1', '5000000'), credits('5000000'), euros('10'))
  expect(plain(bought.credits)).toBe('805')
  expect(asked).toBeLessThan(200)
})

test('a price that no purchase of the settings has finds none', () => {
  const auto = settings('500', '20000')
  const found = (total: string) => purchaseFor(stage, auto, credits('10500'), euros(total))
  expect(found('119.42') && told(found('119.42')!)).toEqual(['10000', '119.42'])
  expect(['119.41', '119.43', '6.36', '131.32'].map(found)).toEqual([undefined, undefined, undefined, undefined])
})

describe('the next automatic purchase', () => {
  const next = (auto: AutoTopUp, balance: string) => told(nextPurchase(stage, auto, credits(balance), euros('500')))
  test('is that of the balance, where it is below the threshold', () => {
    expect(next(settings('500', '20000'), '-9500')).toEqual(['10500', '125.37'])
  })
  test('is else that of a balance just below it', () => {
    expect(next(settings('500', '20000'), '77777')).toEqual(['500', '6.37'])
    expect(next(toTarget, '77777')[0]).toBe('14001')
  })
})

test('multiples reach the threshold with nothing to spare, or are as many as one purchase may be', () => {
  const amount = fc.integer({ min: 1, max: 5000 })
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: 40 }), fc.integer({ min: -500_000, max: 999 }), (size, times, at) => {
      const most = size * times
      const bought = Number(plain(wantedCredits(settings(String(size), String(most)), credits(String(at)) as Credits)))
      expect(bought % size).toBe(0)
      expect(bought).toBeLessThanOrEqual(most)
      if (at + bought < 1000) expect(bought).toBe(most)
      else expect(at + bought - size).toBeLessThan(1000)
    }),
  )
})
