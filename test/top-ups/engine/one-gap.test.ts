import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { AutoTopUp } from '../../../shared/ledger/entries/auto-top-up.ts'
import type { GrantEntry } from '../../../shared/ledger/entries/credit.ts'
import { identityOf } from '../../../shared/ledger/entries/entries.ts'
import { amountText, type Credits, credits, euros, toCredits } from '../../../shared/money/amounts.ts'
import { HOUR_MS } from '../../../shared/time/instant.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'
import { readCases } from '../../world/cases.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const purchases = readPurchaseSettings({ ...DEFAULT_PURCHASES, taxPercent: '19', fee: '0.35' })

const gap = z
  .object({
    cases: z.array(
      z.object({
        id: z.string(),
        input: z.looseObject({
          balance: z.optional(z.string()),
          charge: z.optional(z.string()),
          topUp: z.optional(z.object({ threshold: z.string(), amount: z.string(), caps: z.string() })),
        }),
        right: z.looseObject({}),
      }),
    ),
  })
  .parse(readCases('public-reports.json'))
  .cases.find(({ id }) => id === 'B35')!
const eurosOf = (text: string): Credits => toCredits(euros(text.replace(' EUR', '')))
const [capPaid = '', capNumber = ''] = gap.input.topUp!.caps.split('/')

const settingsOf = (most: string, cap = capPaid): AutoTopUp => ({
  threshold: eurosOf(gap.input.topUp!.threshold),
  buys: { kind: 'amount', amount: eurosOf(gap.input.topUp!.amount), mostPerPurchase: eurosOf(most) },
  monthlyCap: { paid: euros(cap), number: Number(capNumber) },
  cooldownMinutes: 0,
})

/** An account at the balance of the case, whose automatic top-up is on; then one charge takes the balance down. */
async function accountWithGap(auto: AutoTopUp): Promise<string> {
  const account = await world.openAccount('4242')
  await world.topUpWith({ purchases }, { account })
  // What openAccount's own settings bought is taken away again.
  await world.putSettings(account, undefined)
  await give(account, eurosOf(gap.input.balance!).minus((await head(account)).balance) as Credits)
  await world.putSettings(account, auto)
  await give(account, eurosOf(gap.input.charge!).negated() as Credits)
  return account
}

async function give(account: string, amount: Credits): Promise<void> {
  const key = crypto.randomUUID()
  const entry: GrantEntry = {
    kind: 'grant',
    key,
    actor: 'olga',
    at: Date.now(),
    reason: 'case',
    reference: undefined,
    credits: amount,
  }
  await world.ports.writer.commit(
    account,
    [
      {
        identity: identityOf(entry, account),
        boundAt: undefined,
        differenceFrom: () => [],
        settle: () => ({ kind: 'entry', entry }),
      },
    ],
    () => 60_000,
  )
}

const head = async (account: string) => (await world.pages(account)).at(-1)!.header
/** After the first page's own purchase: what was credited, and what was paid for it. */
const purchasesOf = async (account: string) =>
  (await world.pages(account))
    .flatMap(({ entries }) => entries.filter((entry) => entry.kind === 'top-up'))
    .slice(1)
    .map((entry) => ({ eur: amountText(entry.credits).eur, paid: entry.paid.toFixed(2) }))

describe('one gap is one payment', () => {
  test('B35: 110 € are charged at 15 €, and one purchase of 105 € is paid, 125.37 € with fee and tax', async () => {
    const account = await accountWithGap(settingsOf('200'))
    await world.topUpWith({ purchases }, { account })
    expect(await purchasesOf(account)).toEqual([{ eur: '105.00', paid: '125.37' }])
    expect(gap.right).toEqual({ purchases: 1, eur: '105', paid: '125.37 with fee and VAT' })
    expect((await head(account)).topUp).toEqual({ kind: 'idle' })
    expect((await head(account)).balance).toEqual(credits('1000'))
  })

  test('with the default, ten amounts, 50 € are paid at once, 50 € after an hour and 5 € after one more', async () => {
    const account = await accountWithGap(settingsOf('50'))
    for (const _ of [1, 2, 3]) await world.topUpWith({ purchases }, { account })
    const first = { eur: '50.00', paid: '59.92' }
    expect(await purchasesOf(account)).toEqual([first])
    expect((await head(account)).topUp).toMatchObject({ kind: 'waiting', reason: 'cooldown' })
    world.pass(HOUR_MS)
    await world.topUpWith({ purchases }, { account })
    expect(await purchasesOf(account)).toEqual([first, first])
    world.pass(HOUR_MS)
    await world.topUpWith({ purchases }, { account })
    expect(await purchasesOf(account)).toEqual([first, first, { eur: '5.00', paid: '6.37' }])
    expect((await head(account)).topUp).toEqual({ kind: 'idle' })
  })

  test('what the month has left is bought, in whole amounts, where it is less than the gap', async () => {
    // The first page's purchase took 119.42 €: 80.58 € are left, and 13 × 5 € cost 77.77 €, 14 × 5 € 83.72 €.
    const account = await accountWithGap(settingsOf('200', '200'))
    await world.topUpWith({ purchases }, { account })
    expect(await purchasesOf(account)).toEqual([{ eur: '65.00', paid: '77.77' }])
    await world.topUpWith({ purchases }, { account })
    expect((await head(account)).topUp).toMatchObject({ kind: 'waiting', reason: 'cap-reached' })
    expect(await purchasesOf(account)).toHaveLength(1)
  })

  test('a month without room for one amount buys nothing', async () => {
    const account = await accountWithGap(settingsOf('200', '125'))
    await world.topUpWith({ purchases }, { account })
    expect(await purchasesOf(account)).toEqual([])
    expect((await head(account)).topUp).toMatchObject({ kind: 'waiting', reason: 'cap-reached' })
  })
})
