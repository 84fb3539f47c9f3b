import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GrantEntry } from '../../../shared/ledger/entries/credit.ts'
import { identityOf } from '../../../shared/ledger/entries/entries.ts'
import { openEpoch } from '../../../shared/ledger/io/archive/restore-account.ts'
import { type Credits, credits, euros, sumOf } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { automaticId } from '../../../shared/top-ups/top-up.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const head = async (account: string) => (await world.pages(account)).at(-1)!.header
const entriesOf = async (account: string) => (await world.pages(account)).flatMap(({ entries }) => entries)
const kinds = async (account: string) => (await entriesOf(account)).map(({ kind }) => kind)
const captured = async (account: string) => {
  const found: string[] = []
  for await (const payment of world.provider.paymentsBetween(0, Date.now()))
    if (payment.account === account && payment.status === 'succeeded') found.push(payment.id)
  return found
}
const credited = async (account: string) =>
  (await entriesOf(account)).flatMap((entry) => (entry.kind === 'top-up' ? [entry.payment] : []))

/** Usage, or anything that takes credits away. */
async function take(account: string, amount: string): Promise<void> {
  const key = crypto.randomUUID()
  const entry: GrantEntry = {
    kind: 'grant',
    key,
    actor: 'olga',
    at: Date.now(),
    reason: 'used',
    reference: undefined,
    credits: credits(`-${amount}`),
  }
  const identity = identityOf(entry, account)
  const settle = () => ({ kind: 'entry' as const, entry })
  const proposal = { identity, boundAt: undefined, differenceFrom: () => [], settle }
  const [outcome] = await world.freshPorts().writer.commit(account, [proposal], () => 60_000)
  expect(outcome?.kind).toBe('committed')
}

/** The table is lost, and comes back without the pages after one; nothing of them is in the archive. */
async function restoredTo(account: string, cut: number, epoch = 1): Promise<void> {
  const { documents, names } = world.tables
  for (let seq = (await head(account)).seq; seq > cut; seq -= 1)
    await documents.send(new DeleteCommand({ TableName: names.log, Key: { account, seq } }))
  const restore = { epoch, key: `restore-${epoch}`, actor: 'olga', at: Date.now(), reason: 'table lost' }
  await openEpoch(world.freshPorts().writer, account, restore, () => 60_000)
}

/** Three purchases of 100 €, each as the balance fell; the log ends with the page of the third credit. */
async function boughtThrice(lastFour = '4242'): Promise<string> {
  const account = await world.openAccount(lastFour)
  await world.putSettings(account, {
    threshold: credits('2000'),
    buys: { kind: 'amount', amount: credits('10000') },
    cooldownMinutes: 0,
    monthlyCap: { paid: euros('100000'), number: 50 },
  })
  await world.topUp({ account })
  for (let more = 0; more < 2; more += 1) {
    await take(account, '9500')
    await world.topUp({ account })
  }
  expect(await captured(account)).toHaveLength(3)
  expect(await credited(account)).toHaveLength(3)
  return account
}

describe('a restored log that lacks the credit of a payment', () => {
  test('gets it back before anything else is bought: three payments stay three', async () => {
    const account = await boughtThrice()
    const last = (await head(account)).seq
    await restoredTo(account, last - 1)
    await world.topUp({ account })
    expect(await captured(account)).toHaveLength(3)
    expect((await credited(account)).sort()).toEqual((await captured(account)).sort())
    expect((await head(account)).topUp).toEqual({ kind: 'idle' })
    expect((await kinds(account)).slice(-3)).toEqual(['restore', 'top-up', 'reconciled'])
  })

  test('gets it back where the page that opened the purchase is lost with it, and its usage is sent again', async () => {
    const account = await boughtThrice()
    const last = (await head(account)).seq
    await restoredTo(account, last - 2)
    await take(account, '9500')
    await world.topUp({ account })
    expect(await captured(account)).toHaveLength(3)
    expect((await credited(account)).sort()).toEqual((await captured(account)).sort())
    expect(plain((await head(account)).balance)).toBe('11000')
  })

  test('charges no card while it waits, though the balance is below the threshold, and says so', async () => {
    const account = await boughtThrice()
    await restoredTo(account, 2)
    const before = await head(account)
    expect([before.topUp, before.tally?.reconciling]).toEqual([{ kind: 'open', of: '1', buys: credits('10000') }, 1])
    // The provider answers nothing: the reconciliation can not run.
    const provider = { ...world.provider, paymentsOf: () => Promise.reject(new Error('no answer')) }
    expect(await world.topUpWith({ provider }, { account })).toBe(1)
    expect(await captured(account)).toHaveLength(3)
    expect((await head(account)).tally?.reconciling).toBe(1)
    await world.topUp({ account })
    expect(await captured(account)).toHaveLength(3)
    expect((await credited(account)).sort()).toEqual((await captured(account)).sort())
  })

  test('is found by the schedule too, which looks at the log and not at the record', async () => {
    const account = await boughtThrice()
    const { seq } = await head(account)
    const { documents, names } = world.tables
    await documents.send(new DeleteCommand({ TableName: names.log, Key: { account, seq } }))
    // As a restore by a release that did not hold automatic top-up left it.
    await take(account, '1')
    const record = await readTopUp(world.ports.topUps, account, automaticId('6'))
    expect(record).toMatchObject({ status: 'credited', page: seq })
    await world.reconcile()
    expect((await credited(account)).sort()).toEqual((await captured(account)).sort())
  })
})

describe('a restored log whose payments all stand in it', () => {
  test('goes on as before, in the page that says so', async () => {
    const account = await boughtThrice()
    await restoredTo(account, (await head(account)).seq)
    await take(account, '11000')
    expect((await head(account)).topUp).toMatchObject({ kind: 'reconciling' })
    await world.topUp({ account })
    expect(await captured(account)).toHaveLength(4)
    expect((await head(account)).topUp).toEqual({ kind: 'idle' })
  })

  test('waits again after the next restore, whatever was said of the one before', async () => {
    const account = await boughtThrice()
    const { seq } = await head(account)
    await restoredTo(account, seq)
    await world.topUp({ account })
    await restoredTo(account, seq, 2)
    expect((await head(account)).tally?.reconciling).toBe(2)
    await world.topUp({ account })
    expect((await head(account)).tally?.reconciling).toBeUndefined()
  })

  test('takes back what was refunded in the lost pages', async () => {
    const account = await boughtThrice()
    const [payment = ''] = await captured(account)
    const { provider } = world
    const seq = (await head(account)).seq
    await fetch(`${world.payments.address}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: 'Bearer rk_test_integration' },
      body: new URLSearchParams({ payment_intent: payment }),
    })
    expect((await provider.payment(payment))?.takings).toHaveLength(1)
    await world.topUp({ payment })
    expect(await kinds(account)).toContain('payment-reversal')
    await restoredTo(account, seq)
    expect(await kinds(account)).not.toContain('payment-reversal')
    await world.topUp({ account })
    const back = (await entriesOf(account)).flatMap((entry) =>
      entry.kind === 'payment-reversal' ? [entry.credits] : [],
    )
    expect(plain(sumOf(back as Credits[]))).toBe('-10000')
  })

  test('waits for a payment that is on its way, of a purchase that the log has lost', async () => {
    const account = await boughtThrice()
    const { seq } = await head(account)
    await take(account, '11000')
    const of = (await head(account)).seq
    // A debit that takes days: the provider took it, and nothing is captured yet.
    const provider = {
      ...world.provider,
      charge: async (request: Parameters<typeof world.provider.charge>[0]) => ({
        ...(await world.provider.charge(request)),
        status: 'processing' as const,
      }),
    }
    await world.topUpWith({ provider }, { account })
    const record = await readTopUp(world.ports.topUps, account, automaticId(String(of)))
    expect(record?.status).toBe('processing')
    await restoredTo(account, seq)
    await take(account, '11000')
    const unsure = {
      ...world.provider,
      payment: async (id: string) => {
        const payment = await world.provider.payment(id)
        return payment && id === record?.payment ? { ...payment, status: 'processing' as const } : payment
      },
      paymentsFor: async (...asked: Parameters<typeof world.provider.paymentsFor>) =>
        (await world.provider.paymentsFor(...asked)).map((one) =>
          one.id === record?.payment ? { ...one, status: 'processing' as const } : one,
        ),
      paymentsOf: async (...asked: Parameters<typeof world.provider.paymentsOf>) =>
        (await world.provider.paymentsOf(...asked)).map((one) =>
          one.id === record?.payment ? { ...one, status: 'processing' as const } : one,
        ),
    }
    await world.topUpWith({ provider: unsure }, { account })
    expect((await head(account)).topUp).toMatchObject({ kind: 'reconciling' })
    // It is captured: credited, and no other one was begun.
    await world.topUp({ account })
    expect(await captured(account)).toHaveLength(4)
    expect((await credited(account)).sort()).toEqual((await captured(account)).sort())
    expect((await head(account)).topUp).toEqual({ kind: 'idle' })
  })
})
