import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChargeEntry, usageIdentity } from '../../../../shared/ledger/entries/charge.ts'
import type { LogWriter } from '../../../../shared/ledger/io/log-writer.ts'
import { type Credits, credits } from '../../../../shared/money/amounts.ts'
import { exact } from '../../../../shared/money/exact.ts'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { accountBoundId } from '../../../../shared/usage/account-bound-id.ts'
import type { Meter } from '../../../../shared/usage/meters.ts'
import { noVariant } from '../../../../shared/usage/variant.ts'
import { writerOn } from '../../../world/log-writer.ts'
import { type Api, opened, startApi } from '../api.ts'

let api: Api
let writer: LogWriter
beforeAll(async () => {
  api = await startApi()
  writer = writerOn(api.tables)
})
afterAll(() => api.stop())

const rate = (service: string, meter: Meter, per: string, price: string) => ({
  service,
  meter,
  per,
  price,
  currency: 'EUR',
})
const seedPage = {
  effectiveFrom: '1970-01-01T00:00:00Z',
  note: 'first prices',
  rates: [
    rate('openai/gpt-4o', 'input_tokens', '1000000', '3.00'),
    rate('openai/gpt-4o', 'output_tokens', '1000000', '12.00'),
    rate('*', 'tool_calls', '1', '0.005'),
  ],
}
const publish = (body: unknown, key?: string) => api.call('publishRateCard', { body, ...(key && { key }) })
const versions = async (): Promise<number> => (await api.call('listRateCards')).body.rateCards.length

async function forgetRequests() {
  const TableName = api.tables.names.requests
  const { Items = [] } = await api.tables.documents.send(new ScanCommand({ TableName }))
  for (const { key } of Items) await api.tables.documents.send(new DeleteCommand({ TableName, Key: { key } }))
}

describe('rate cards', () => {
  test('the first may start in 1970, and is shown whole', async () => {
    const reply = await publish(seedPage, 'first')
    expect(reply).toMatchObject({
      status: 201,
      body: { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z', note: 'first prices' },
    })
    expect(reply.body.rates).toHaveLength(3)
    expect((await api.call('getRateCard', { params: { version: '1' } })).body).toEqual(reply.body)
    const { body } = await api.call('listRateCards')
    const { priceNeutralVariants, ...manifest } = reply.body
    expect(priceNeutralVariants).toEqual([])
    expect(body.rateCards).toEqual([{ ...manifest, rates: 3 }])
  })

  test('sent again are not published again, with and without the record of the request', async () => {
    const before = await versions()
    const first = await publish(seedPage, 'again')
    expect(first.body.version).toBe(before + 1)
    expect((await publish(seedPage, 'again')).body).toEqual(first.body)
    await forgetRequests()
    expect((await publish(seedPage, 'again')).body).toEqual(first.body)
    await forgetRequests()
    expect(await publish({ ...seedPage, note: 'other' }, 'again')).toMatchObject({
      status: 422,
      body: { code: 'idempotency.other-request' },
    })
    expect(await versions()).toBe(before + 1)
  })

  test('published by several at once get versions of their own, and one key one version', async () => {
    const before = await versions()
    const others = [1, 2, 3].map((n) => publish({ ...seedPage, note: `card ${n}` }))
    const same = [1, 2, 3].map(() => publish({ ...seedPage, note: 'the same' }, 'at-once'))
    const replies = await Promise.all([...others, ...same])
    const published = replies.filter((reply) => reply.status === 201).map((reply) => reply.body.version)
    expect(new Set(published).size).toBe((await versions()) - before)
    expect(await versions()).toBe(before + 4)
    for (const { status } of replies) expect([201, 409]).toContain(status)
  })

  test('that change a price too soon are refused, with the place and the earliest time', async () => {
    const rates = [...seedPage.rates.slice(1), rate('openai/gpt-4o', 'input_tokens', '1000000', '3.50')]
    const soon = { ...seedPage, rates, effectiveFrom: new Date(Date.now() + 5 * MINUTE_MS).toISOString() }
    const reply = await publish(soon)
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'rate-card.refused', errors: [{ pointer: '/effectiveFrom' }] },
    })
    const later = { ...soon, effectiveFrom: new Date(Date.now() + 11 * MINUTE_MS).toISOString() }
    expect((await publish(later)).status).toBe(201)
  })

  test.each([
    [{ ...seedPage, rates: [rate('a/b', 'images', '3', '1')] }, 422, '/rates/0'],
    [{ ...seedPage, rates: [rate('a/b', 'images', '1', '1'), rate('a/b', 'images', '1', '2')] }, 422, '/rates/1'],
    [{ ...seedPage, rates: [] }, 422, '/rates'],
    [{ ...seedPage, rates: [rate('a/b', 'images', '1', '-1')] }, 400, '/rates/0/price'],
    [{ ...seedPage, rates: [{ ...rate('a/b', 'images', '1', '1'), price: 1 }] }, 400, '/rates/0/price'],
    [{ ...seedPage, rates: [rate('a/b', 'tokens' as Meter, '1', '1')] }, 400, '/rates/0/meter'],
    [{ ...seedPage, effectiveFrom: '2026-02-30T00:00:00Z' }, 400, '/effectiveFrom'],
    [{ ...seedPage, effectiveFrom: '1969-12-31T23:59:59Z' }, 400, '/effectiveFrom'],
  ])('that can not be applied are refused (%#)', async (body, status, pointer) => {
    expect(await publish(body)).toMatchObject({ status, body: { errors: [{ pointer }] } })
  })

  test('that do not exist are not found', async () => {
    expect(await api.call('getRateCard', { params: { version: '999' } })).toMatchObject({ status: 404 })
    expect(await api.call('getRateCard', { params: { version: '01' } })).toMatchObject({
      status: 400,
      body: { code: 'request.path', errors: [{ pointer: '/version' }] },
    })
  })

  test('are seen by accounts, and published by operators only', async () => {
    const claims = { sub: 'anna', scope: 'account:read operate', account: 'acme' }
    expect((await api.call('listRateCards', { claims })).status).toBe(200)
    expect((await api.call('publishRateCard', { claims, body: seedPage })).status).toBe(403)
  })
})

const used = (...quantities: [Meter, string][]) =>
  new Map(quantities.map(([meter, quantity]) => [meter, exact(quantity)] as const))

let random = 0n
function chat(account: string, change: Partial<ChargeEntry> = {}): ChargeEntry {
  const time = Date.now()
  const source = change.source ?? '/chat/eu'
  const id = accountBoundId(source, account, time, ++random)
  return {
    kind: 'charge',
    source,
    id,
    boundAt: 'id' in change ? undefined : time,
    time,
    user: 'u-17',
    group: undefined,
    category: 'text',
    service: 'openai/gpt-4o',
    variant: noVariant,
    quantities: used(['input_tokens', '523'], ['output_tokens', '1247'], ['tool_calls', '2']),
    reservation: undefined,
    rateCard: 1,
    credits: credits('2.6533') as Credits,
    ...change,
  }
}

async function charge(account: string, ...entries: ChargeEntry[]) {
  const proposals = entries.map((entry) => ({
    identity: usageIdentity(entry),
    boundAt: entry.boundAt,
    differenceFrom: () => [],
    settle: () => ({ kind: 'entry', entry }) as const,
  }))
  const outcomes = await writer.commit(account, proposals, () => 20_000)
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(entries.map(() => 'committed'))
}

const grant = (account: string) =>
  api.call('grantCredits', { params: { account }, body: { amount: { eur: '50.00' }, reason: 'welcome' } })
const chargeOf = (account: string, source: string, id: string) =>
  api.call('findCharge', { params: { account }, query: new URLSearchParams({ source, id }).toString() })

describe('a charge', () => {
  test("shows the seed page's chat row by row: 2.6533 credits", async () => {
    const account = await opened(api)
    await grant(account)
    const entry = chat(account)
    await charge(account, entry)
    expect(await chargeOf(account, entry.source, entry.id)).toMatchObject({
      status: 200,
      body: {
        quantities: { input_tokens: '523', output_tokens: '1247', tool_calls: '2' },
        rows: [
          { meter: 'input_tokens', quantity: '523', per: '1000000', cost: { eur: '0.001569', credits: '0.1569' } },
          { meter: 'output_tokens', cost: { credits: '1.4964' } },
          { meter: 'tool_calls', price: '0.005', per: '1', cost: { eur: '0.01', credits: '1' } },
        ],
        total: { eur: '0.026533', credits: '2.6533' },
        balanceAfterPage: { eur: '49.973467', credits: '4997.3467' },
      },
    })
  })

  test.each([
    ['/chat/eu', 'order-17'],
    ['https://gateway.acme.example/chat?region=eu&n=1#top', 'order 17/1%'],
    ['%2Fchat', '%'],
    ['..', '.'],
    ['a+b ü', '+'],
  ])('of source %s and id %s is found by exactly these', async (source, id) => {
    const account = await opened(api)
    await charge(account, chat(account, { source, id }))
    expect(await chargeOf(account, source, id)).toMatchObject({ status: 200, body: { source, id } })
  })

  test('is not found by a source that is written otherwise', async () => {
    const account = await opened(api)
    const entry = chat(account)
    await charge(account, entry)
    for (const source of ['%2Fchat%2Feu', 'chat/eu', '/chat/eu/']) {
      expect((await chargeOf(account, source, entry.id)).body).toMatchObject({ status: 404, code: 'charge.not-found' })
    }
  })

  test('asked for without its source, or by another name, is refused at the parameter', async () => {
    const ask = (query: string) => api.call('findCharge', { params: { account: 'acme' }, query })
    expect((await ask('id=a')).body).toMatchObject({
      status: 400,
      code: 'request.query',
      errors: [{ pointer: '/source', detail: 'is missing; expected a string' }],
    })
    expect((await ask('id=a&source=/s&time=now')).body.errors).toMatchObject([{ pointer: '/time' }])
  })

  test('of another account is not found; of an account that is not there, the account is not', async () => {
    const [a, b] = [await opened(api), await opened(api)]
    const entry = chat(a)
    await charge(a, entry)
    expect(await chargeOf(b, entry.source, entry.id)).toMatchObject({ status: 404, body: { code: 'charge.not-found' } })
    expect(await chargeOf('nobody-there', entry.source, entry.id)).toMatchObject({
      status: 404,
      body: { code: 'account.not-found' },
    })
  })

  test.each([
    ['other credits', { credits: credits('2.6534') }],
    ['a version that is not there', { rateCard: 4711 }],
    ['a meter its version has no price for', { quantities: used(['images', '1']) }],
  ])('with %s is not shown at all', async (_, change) => {
    const account = await opened(api)
    const entry = chat(account, change as Partial<ChargeEntry>)
    await charge(account, entry)
    const reply = await chargeOf(account, entry.source, entry.id)
    expect(reply).toMatchObject({ status: 500, body: { code: 'rates.reprice-mismatch' } })
    expect(JSON.stringify(reply.body)).not.toContain('2.653')
  })
})

describe('the entries of a log', () => {
  test('come in its order, once each, whatever the size of a page', async () => {
    const account = await opened(api)
    await charge(account, ...Array.from({ length: 25 }, (_, n) => chat(account, { user: `u-${n}` })))
    await grant(account)
    for (let n = 0; n < 25; n += 1) await charge(account, chat(account, { user: `v-${n}` }))
    const { body: whole } = await api.call('listEntries', { params: { account } })
    expect(whole.entries).toHaveLength(52)
    expect(whole.next).toBeUndefined()

    for (const limit of [1, 7, 25, 26, 51, 52]) {
      const seen: unknown[] = []
      let query = `limit=${limit}`
      for (;;) {
        const { body } = await api.call('listEntries', { params: { account }, query })
        expect(body.entries.length).toBeLessThanOrEqual(limit)
        seen.push(...body.entries)
        if (body.next === undefined) break
        expect(body.entries).toHaveLength(limit)
        query = `limit=${limit}&after=${body.next}`
      }
      expect(seen).toEqual(whole.entries)
    }
  })

  test('of an account that is not there are not found', async () => {
    expect(await api.call('listEntries', { params: { account: 'nobody-there' } })).toMatchObject({ status: 404 })
  })

  test.each([
    ['another list', ['accounts', 'acme']],
    ['no place', ['entries', [0, 0]]],
    ['fractions', ['entries', [1.5, 0]]],
    ['more than a place', ['entries', [1, 0, 0]]],
    ['numbers as texts', ['entries', ['1', '0']]],
  ])('refuse a cursor of %s', async (_, cursor) => {
    const account = 'acme'
    const after = Buffer.from(JSON.stringify(cursor)).toString('base64url')
    const reply = await api.call('listEntries', { params: { account }, query: `after=${after}` })
    expect(reply).toMatchObject({ status: 400, body: { code: 'request.query', errors: [{ pointer: '/after' }] } })
  })
})
