import { DeleteCommand, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topUp } from '../../../functions/top-up/top-up.ts'
import { signatureOf } from '../../../infra/local/payments/webhook-sender.ts'
import { topUpsCsv } from '../../../shared/api/top-ups/top-ups-csv.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { credits, euros, minus, sumOf } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { readPayer } from '../../../shared/top-ups/io/payers-table.ts'
import { listTopUps, putTopUp, readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { MOST_TAKINGS } from '../../../shared/top-ups/payment-refund.ts'
import { quote } from '../../../shared/top-ups/quote.ts'
import { newTopUp } from '../../../shared/top-ups/top-up.ts'
import { inLong } from '../../world/long.ts'
import { SECRET, startWorld, tools, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const kinds = (pages: readonly Page[]): readonly string[] =>
  pages.flatMap(({ entries }) => entries.map(({ kind }) => kind))
const stateOf = (pages: readonly Page[]) => pages.at(-1)?.header.topUp
const paymentsOf = async (account: string) => {
  const found = []
  for await (const payment of world.provider.paymentsBetween(0, Date.now()))
    if (payment.account === account) found.push(payment)
  return found
}

const balanceOf = async (account: string) => plain((await world.pages(account)).at(-1)!.header.balance)
/** An account that bought 100 €, and what befalls its payment. */
const bought = async () => {
  const account = await world.openAccount('4242')
  await world.topUp({ account })
  const [payment] = await paymentsOf(account)
  /** The provider's webhook of it gets lost. */
  const postInSilence = async (path: string, fields: Record<string, string>): Promise<string> => {
    const headers = { authorization: `Bearer ${SECRET.apiKey}` }
    const body = new URLSearchParams(fields)
    const made = (await (
      await fetch(`${world.payments.address}${path}`, { method: 'POST', headers, body })
    ).json()) as {
      readonly id: string
    }
    return made.id
  }
  const post: typeof postInSilence = async (path, fields) => {
    const made = await postInSilence(path, fields)
    await world.topUp({ payment: payment!.id }, { payment: payment!.id })
    return made
  }
  return { account, payment: payment!.id, post, postInSilence }
}

describe('an automatic top-up', () => {
  test('is paid and credited, and its record says by what', async () => {
    const account = await world.openAccount('4242')
    expect(await world.topUp({ account })).toBe(0)
    const pages = await world.pages(account)
    expect(kinds(pages)).toEqual(['open', 'top-up'])
    expect(stateOf(pages)).toEqual({ kind: 'idle' })
    expect(plain(pages.at(-1)!.header.balance)).toBe('10000')
    const { Item } = await world.tables.documents.send(
      new GetCommand({ TableName: world.tables.names.top_ups, Key: { account, top_up: 'auto-1' } }),
    )
    expect(Item).toMatchObject({ status: 'credited', paidWith: 'visa 4242', page: '2' })
  })

  test('that many messages at once ask for is one payment and one credit', async () => {
    const account = await world.openAccount('4242')
    const told = Array.from({ length: inLong(25, 100) }, () => world.topUp({ account, topUp: 'auto-1' }))
    await Promise.all(told)
    await world.topUp({ account, topUp: 'auto-1' })
    expect(kinds(await world.pages(account))).toEqual(['open', 'top-up'])
    expect((await paymentsOf(account)).map(({ status }) => status)).toEqual(['succeeded'])
  }, 60_000)

  test('whose answer got lost is looked up, not paid again', async () => {
    const account = await world.openAccount('4242')
    // The method is asked for, then what was begun before; the answer to the third request is lost.
    const { provider } = world
    await provider.methodOf('cus_none').catch(() => undefined)
    const lose = () => fetch(`${world.payments.address}/local/faults`, { method: 'POST', body: 'lose=100' })
    await lose()
    expect(await world.topUp({ account })).toBe(1)
    await fetch(`${world.payments.address}/local/faults`, { method: 'POST', body: 'lose=0' })
    expect(await world.topUp({ account, topUp: 'auto-1' })).toBe(0)
    expect(kinds(await world.pages(account))).toEqual(['open', 'top-up'])
    expect(await paymentsOf(account)).toHaveLength(1)
  })

  test('waits for an hour after a decline, whose payment is ended at the provider too', async () => {
    const account = await world.openAccount('9995')
    await world.topUp({ account })
    const pages = await world.pages(account)
    expect(kinds(pages)).toEqual(['open', 'top-up-ended'])
    expect(stateOf(pages)).toMatchObject({ kind: 'waiting', of: '1', reason: 'declined' })
    expect((await paymentsOf(account)).map(({ status }) => status)).toEqual(['canceled'])
  })

  test('is suspended by a card that was lost, and goes on with another one', async () => {
    const account = await world.openAccount('9987')
    await world.topUp({ account })
    expect(stateOf(await world.pages(account))).toEqual({ kind: 'suspended', of: '1', reason: 'declined' })
    const [{ customer = '' } = {}] = await paymentsOf(account)
    const of = { customer, key: `${account}-again`, language: 'en', returnUrl: 'http://127.0.0.1:9/' }
    const page = await world.provider.setup(of)
    await world.visit(page.url, '4242424242424242')
    await world.topUp({ checkout: page.id })
    expect(kinds(await world.pages(account))).toEqual(['open', 'top-up-ended', 'top-up-retry', 'top-up'])
  })

  test('that the bank wants confirmed waits for the payer on a page, and is credited once it was paid there', async () => {
    const account = await world.openAccount('3184')
    await world.topUp({ account })
    expect(kinds(await world.pages(account))).toEqual(['open'])
    const record = () =>
      world.tables.documents.send(
        new GetCommand({ TableName: world.tables.names.top_ups, Key: { account, top_up: 'auto-1' } }),
      )
    const checkout = (await record()).Item?.['checkout'] as { id: string; url: string }
    await world.visit(checkout.url, '4000002760003184')
    await world.topUp({ checkout: checkout.id }, { checkout: checkout.id })
    expect(kinds(await world.pages(account))).toEqual(['open', 'top-up'])
    expect((await record()).Item?.['status']).toBe('credited')
  })

  test('without a card is skipped, with the reason', async () => {
    const account = await world.openAccount(undefined)
    await world.topUp({ account })
    expect(stateOf(await world.pages(account))).toMatchObject({ kind: 'waiting', reason: 'no-payment-method' })
  })

  test('that is refunded and disputed is taken back, each once, however often we hear of it', async () => {
    const account = await world.openAccount('4242')
    await world.topUp({ account })
    const [payment] = await paymentsOf(account)
    const body = new URLSearchParams({ payment_intent: payment!.id })
    await fetch(`${world.payments.address}/local/disputes`, { method: 'POST', body })
    await Promise.all(Array.from({ length: 20 }, () => world.topUp({ payment: payment!.id })))
    await world.topUp({ payment: payment!.id })
    const pages = await world.pages(account)
    expect(kinds(pages)).toEqual(['open', 'top-up', 'payment-reversal'])
    expect(plain(pages.at(-1)!.header.balance)).toBe('0')
    expect(stateOf(pages)).toEqual({ kind: 'suspended', of: '3', reason: 'disputed' })
  })
})

describe('more refunds than a record holds', () => {
  test('are taken back up to its bound; the others are reported, and nothing stops', async () => {
    const { account, payment } = await bought()
    const takings = Array.from({ length: MOST_TAKINGS + 1 }, (_, n) => ({
      id: `re_${account}_${n}`,
      cause: 'refund' as const,
      amount: euros('0.01'),
    }))
    const counted: unknown[] = []
    const provider = {
      ...world.provider,
      payment: async (id: string) => {
        const found = await world.provider.payment(id)
        return found && id === payment ? { ...found, takings } : found
      },
    }
    const metrics = { addMetric: (name: string) => void counted.push(name) }
    const record = { messageId: '1', body: JSON.stringify({ payment }) }
    const told = { ...tools, metrics, remainingMs: () => 600_000 } as unknown as typeof tools
    await topUp({ ...world.ports, provider })({ Records: [record] } as never, told)
    const reversals = kinds(await world.pages(account)).filter((kind) => kind === 'payment-reversal')
    expect(reversals).toHaveLength(MOST_TAKINGS)
    expect(counted).toContain('PaymentMismatches')
  }, 120_000)
})

describe('money that went back and comes again', () => {
  test('is credited again when a refund fails, though the charge does not show it any more', async () => {
    const { account, payment, post } = await bought()
    await post('/v1/refunds', { payment_intent: payment, amount: '4000' })
    expect(await balanceOf(account)).toBe('6000')
    await post('/local/refunds/failed', { payment_intent: payment })
    expect(await balanceOf(account)).toBe('10000')
    expect(kinds(await world.pages(account))).toEqual(['open', 'top-up', 'payment-reversal', 'payment-reversal'])
  })

  test('is not credited again when a dispute is won over what was refunded too', async () => {
    const { account, payment, post } = await bought()
    await post('/local/disputes', { payment_intent: payment })
    await post('/v1/refunds', { payment_intent: payment })
    await post('/local/disputes/won', { payment_intent: payment })
    expect(await balanceOf(account)).toBe('0')
    expect(kinds(await world.pages(account)).filter((kind) => kind === 'payment-reversal')).toHaveLength(3)
  })
})

describe('reconciliation', () => {
  const DAY_MS = 24 * 60 * 60_000

  test('takes back what went back of a payment that is long over, and gives back a refund that failed weeks later', async () => {
    const { account, payment, postInSilence } = await bought()
    await postInSilence('/v1/refunds', { payment_intent: payment, amount: '4000' })
    await world.reconcile(3 * DAY_MS)
    expect(await balanceOf(account)).toBe('6000')
    await postInSilence('/local/refunds/failed', { payment_intent: payment })
    await world.reconcile(20 * DAY_MS)
    expect(await balanceOf(account)).toBe('10000')
    await postInSilence('/local/disputes', { payment_intent: payment })
    await world.reconcile(30 * DAY_MS)
    expect(await balanceOf(account)).toBe('0')
    await postInSilence('/local/disputes/won', { payment_intent: payment })
    await world.reconcile(90 * DAY_MS)
    expect(await balanceOf(account)).toBe('10000')
  })

  test('credits again what a record calls credited, where the log came back without it and waits', async () => {
    const account = await world.openAccount('4242')
    await world.topUp({ account })
    const { documents, names } = world.tables
    await documents.send(new DeleteCommand({ TableName: names.log, Key: { account, seq: 2 } }))
    expect(stateOf(await world.pages(account))).toMatchObject({ kind: 'open', of: '1' })
    await world.reconcile()
    expect(kinds(await world.pages(account))).toEqual(['open', 'top-up'])
    expect(await balanceOf(account)).toBe('10000')
    expect(await paymentsOf(account)).toHaveLength(1)
  })
})

test('what a person wanted to pay with the stored method, and nobody paid for a day, is not charged any more', async () => {
  const account = await world.openAccount('4242')
  await world.topUp({ account })
  const origin = { kind: 'manual', key: 'k', actor: 'olga', by: 'method' } as const
  const wanted = (id: string, ageMs: number) =>
    putTopUp(
      world.ports.topUps,
      newTopUp({
        account,
        id,
        origin,
        credits: credits('10000'),
        price: quote(world.ports.purchases, credits('10000')),
        billing: { version: 0, language: 'de' },
        at: Date.now() - ageMs,
      }),
    )
  const { id: old } = await wanted('manual-old', 30 * 24 * 60 * 60_000)
  const { id: recent } = await wanted('manual-recent', 60 * 60_000)
  await world.topUp({ account, topUp: old }, { account, topUp: recent })
  expect(await paymentsOf(account)).toHaveLength(2)
  expect(await readTopUp(world.ports.topUps, account, old)).toMatchObject({ status: 'failed', reason: 'not-completed' })
  expect((await readTopUp(world.ports.topUps, account, recent))?.status).toBe('credited')
})

test('the table of top-ups ties to the log: what was bought less what went back are its entries', async () => {
  const account = await world.openAccount('4242')
  await world.topUp({ account })
  const [payment] = await paymentsOf(account)
  // A third: its credits have no end, and are cut.
  await fetch(`${world.payments.address}/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET.apiKey}` },
    body: new URLSearchParams({ payment_intent: payment!.id, amount: '3333' }),
  })
  await world.topUp({ payment: payment!.id })
  const pages = await world.pages(account)
  const logged = pages.flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.kind === 'top-up' || entry.kind === 'payment-reversal' ? [entry.credits] : [])),
  )
  const found = await listTopUps(world.ports.topUps, account, { before: undefined, limit: 10 })
  const [head, ...rows] = parse(topUpsCsv(found, pages.at(-1)!.header.topUp)) as string[][]
  const column = (name: string) => rows.map((row) => row[head!.indexOf(name)]!)
  const net = column('credits').map((text, place) => minus(credits(text), credits(column('takenBackCredits')[place]!)))
  expect(logged).toHaveLength(2)
  expect(plain(sumOf(net))).toBe(plain(sumOf(logged)))
  expect([column('status'), column('takenBack'), column('takenBackCredits')]).toEqual([
    ['partly-refunded'],
    ['33.33'],
    ['3333'],
  ])
})

test('a second payment for a top-up that is paid is credited and reported, and taken back as any other', async () => {
  const account = await world.openAccount('4242')
  await world.topUp({ account })
  const customer = (await paymentsOf(account))[0]!.customer!
  const method = (await world.provider.methodOf(customer))!.id
  const again = { name: { account, topUp: 'auto-1' }, customer, method, key: `again-${account}`, description: 'x' }
  const second = await world.provider.charge({ ...again, amount: euros('100') })
  for (let times = 0; times < 3; times += 1) await world.topUp({ payment: second.id })
  expect(plain((await world.pages(account)).at(-1)!.header.balance)).toBe('20000')
  const body = new URLSearchParams({ payment_intent: second.id })
  await fetch(`${world.payments.address}/local/disputes`, { method: 'POST', body })
  for (let times = 0; times < 3; times += 1) await world.topUp({ payment: second.id })
  const pages = await world.pages(account)
  expect(kinds(pages)).toEqual(['open', 'top-up', 'top-up', 'payment-reversal'])
  expect(plain(pages.at(-1)!.header.balance)).toBe('10000')
})

describe('paying once on the provider’s page', () => {
  const request = async (account: string, storesMethod: boolean) => {
    const customer = (await readPayer(world.ports.accounts, account))?.customer ?? ''
    return {
      customer,
      name: { account, topUp: 'manual-1' },
      amount: euros('100'),
      description: 'Credits',
      language: 'en',
      returnUrl: 'http://127.0.0.1:9/',
      storesMethod,
    }
  }

  test('leaves the stored card as it is, and stores none where there was none', async () => {
    for (const lastFour of ['4242', undefined]) {
      const asked = await request(await world.openAccount(lastFour), false)
      const { url } = await world.provider.checkout(asked)
      expect(await (await fetch(url)).text()).toContain('is not stored')
      await world.visit(url, '4000002500001001')
      expect((await world.provider.paymentsFor(asked.name, asked.customer, 0))[0]?.status).toBe('succeeded')
      expect((await world.provider.methodOf(asked.customer))?.lastFour).toBe(lastFour)
    }
  })

  test('stores the card where the request said so', async () => {
    const asked = await request(await world.openAccount('4242'), true)
    await world.visit((await world.provider.checkout(asked)).url, '4000002500001001')
    expect((await world.provider.methodOf(asked.customer))?.lastFour).toBe('1001')
  })
})

test('the same key with another amount is refused by the provider, and with the same one gives the same payment', async () => {
  const account = await world.openAccount('4242')
  const customer = await world.provider.createCustomer({ account, name: 'Acme', email: undefined })
  const method = (await world.provider.methodOf(customer))!.id
  const request = { name: { account, topUp: 'x' }, customer, method, key: `k-${account}`, description: 'x' }
  const first = await world.provider.charge({ ...request, amount: euros('10') })
  expect((await world.provider.charge({ ...request, amount: euros('10') })).id).toBe(first.id)
  await expect(world.provider.charge({ ...request, amount: euros('11') })).rejects.toThrow('same parameters')
})

describe('the webhook', () => {
  const bodyOf = (id: string) =>
    JSON.stringify({ id, type: 'payment_intent.succeeded', livemode: false, data: { object: { id: 'pi_9' } } })
  const request = (body: string, signature: string | undefined, isBase64Encoded = false) =>
    ({
      headers: signature === undefined ? {} : { 'stripe-signature': signature },
      body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded,
    }) as unknown as APIGatewayProxyEventV2
  const signed = (body: string) => signatureOf(body, SECRET.webhookSecrets[0]!, Math.floor(Date.now() / 1000))
  const remembered = async () =>
    (await world.tables.documents.send(new ScanCommand({ TableName: world.tables.names.payment_events }))).Items?.length

  test('puts a hint into the queue before it says that it heard, once for an event, in text or base64', async () => {
    const body = bodyOf('evt_1')
    for (const isBase64 of [false, true, false])
      expect((await world.webhook()(request(body, signed(body), isBase64), tools)).statusCode).toBe(200)
    expect(await world.queued()).toEqual(['{"payment":"pi_9"}'])
    expect(await remembered()).toBe(1)
  })

  test('refuses what is forged, and writes nothing', async () => {
    const body = bodyOf('evt_2')
    for (const signature of [undefined, 't=1,v1=00', `${signed(body)}0`, signed(`${body} `)])
      expect((await world.webhook()(request(body, signature), tools)).statusCode).toBe(400)
    expect(await world.queued()).toEqual([])
    expect(await remembered()).toBe(1)
  })
})
