import { DeleteCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, freshAccount, opened, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const fifty = { amount: { eur: '50.00' }, reason: 'welcome', reference: 'INV-17' }
const grant = (account: string, key: string, body: unknown = fifty) =>
  api.call('grantCredits', { params: { account }, key, body })
const balanceOf = async (account: string) =>
  (await api.call('getBalance', { params: { account } })).body.balance.credits

/** Every record of a request that is not answered, or all: as a crash, or 48 hours, leave the table. */
async function requestRecords() {
  const { Items = [] } = await api.tables.documents.send(new ScanCommand({ TableName: api.tables.names.requests }))
  return Items
}
async function forgetRequests() {
  for (const { key } of await requestRecords()) {
    await api.tables.documents.send(new DeleteCommand({ TableName: api.tables.names.requests, Key: { key } }))
  }
}
/** The state after a crash between the effect and its record. */
async function crashBeforeRecord(startedAt: number) {
  for (const { key } of await requestRecords()) {
    await api.tables.documents.send(
      new UpdateCommand({
        TableName: api.tables.names.requests,
        Key: { key },
        UpdateExpression: 'SET startedAt = :at REMOVE body',
        ExpressionAttributeValues: { ':at': startedAt },
      }),
    )
  }
}

describe('a grant', () => {
  test('shows its entry and the balance, in both units', async () => {
    const account = await opened(api)
    expect(await grant(account, 'g-1')).toMatchObject({
      status: 201,
      body: {
        entry: {
          kind: 'grant',
          page: 2,
          position: 0,
          amount: { eur: '50.00', credits: '5000' },
          actor: 'olga',
          reason: 'welcome',
          reference: 'INV-17',
        },
        balance: { eur: '50.00', credits: '5000' },
      },
    })
    await grant(account, 'g-2', { amount: { credits: '0.000001' }, reason: 'small' })
    expect((await api.call('getBalance', { params: { account } })).body).toEqual({
      account,
      balance: { eur: '50.00000001', credits: '5000.000001' },
      credited: { eur: '50.00000001', credits: '5000.000001' },
      charged: { eur: '0.00', credits: '0' },
      seq: 3,
    })
  })

  test('sent twice is granted once, and answered alike to the letter', async () => {
    const account = await opened(api)
    const first = await grant(account, 'twice')
    await grant(account, 'between', { amount: { credits: '1' }, reason: 'r' })
    expect((await grant(account, 'twice')).body).toEqual(first.body)
    expect(await balanceOf(account)).toBe('5001')
  })

  test('with spaces and other order is the same body; with another amount it is refused', async () => {
    const account = await opened(api)
    const first = await grant(account, 'k')
    const same = '{ "reference":"INV-17", "reason":"welcome", "amount": {"eur":"50.00"} }'
    expect((await grant(account, 'k', same)).body).toEqual(first.body)
    expect(await grant(account, 'k', { ...fifty, amount: { eur: '51.00' } })).toMatchObject({
      status: 422,
      body: { code: 'idempotency.other-request' },
    })
    expect(await balanceOf(account)).toBe('5000')
  })

  test('whose record is gone is found in the log: same answer; other amount refused', async () => {
    const account = await opened(api)
    const first = await grant(account, 'k')
    await forgetRequests()
    expect((await grant(account, 'k')).body).toEqual(first.body)
    await forgetRequests()
    const other = await grant(account, 'k', { ...fifty, reason: 'another' })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.other-request' } })
    expect(other.body.detail).toContain('reason')
    expect(await balanceOf(account)).toBe('5000')
  })

  test('that crashed before its record is in progress for a minute, then answered by the log', async () => {
    const account = await opened(api)
    const first = await grant(account, 'k')
    await crashBeforeRecord(Date.now())
    const early = await grant(account, 'k')
    expect(early).toMatchObject({ status: 409, body: { code: 'idempotency.in-progress' } })
    expect(Number(early.headers['retry-after'])).toBeGreaterThan(50)
    await crashBeforeRecord(Date.now() - 60_001)
    expect(await grant(account, 'k')).toMatchObject({ status: 201, body: first.body })
    expect(await grant(account, 'k')).toMatchObject({ status: 201, body: first.body })
    expect(await balanceOf(account)).toBe('5000')
  })

  test('sent five times at once is granted once', async () => {
    const account = await opened(api)
    const replies = await Promise.all(Array.from({ length: 5 }, () => grant(account, 'burst')))
    expect(replies.filter((reply) => reply.status === 201).length).toBeGreaterThanOrEqual(1)
    for (const { status } of replies) expect([201, 409]).toContain(status)
    expect(await balanceOf(account)).toBe('5000')
  })

  test('with the same key for two accounts is two grants', async () => {
    const [a, b] = [await opened(api), await opened(api)]
    expect([(await grant(a, 'same')).status, (await grant(b, 'same')).status]).toEqual([201, 201])
    expect([await balanceOf(a), await balanceOf(b)]).toEqual(['5000', '5000'])
  })

  test('for an account that is opened later is granted then, with the same key', async () => {
    const account = freshAccount()
    expect(await grant(account, 'k')).toMatchObject({ status: 404, body: { code: 'account.not-found' } })
    await api.call('openAccount', { body: { account, name: 'Late' } })
    expect((await grant(account, 'k')).status).toBe(201)
  })

  test('with the key that opened the account is a request of its own, done once', async () => {
    const account = freshAccount()
    await api.call('openAccount', { key: 'shared', body: { account, name: 'Acme' } })
    expect(await grant(account, 'shared')).toMatchObject({ status: 201, body: { balance: { credits: '5000' } } })
    await forgetRequests()
    expect(await grant(account, 'shared')).toMatchObject({ status: 201, body: { balance: { credits: '5000' } } })
    expect(await balanceOf(account)).toBe('5000')
  })

  test('that would pass the largest total is refused, and the refusal repeated', async () => {
    const account = await opened(api)
    for (let n = 0; n < 99; n += 1) {
      await grant(account, `g-${n}`, { amount: { credits: '1000000000000' }, reason: 'r' })
    }
    const last = { amount: { credits: '999999999999' }, reason: 'r' }
    expect((await grant(account, 'g-99', last)).status).toBe(201)
    const refused = await grant(account, 'g-100', { amount: { credits: '1' }, reason: 'r' })
    expect(refused).toMatchObject({ status: 422, body: { code: 'balance.out-of-range' } })
    expect((await grant(account, 'g-100', { amount: { credits: '1' }, reason: 'r' })).body).toEqual(refused.body)
    expect(await balanceOf(account)).toBe('99999999999999')
  })

  test.each([
    [{ eur: '-5.00' }, '/amount/eur', 'is below 0; expected an amount above 0'],
    [{ eur: '-0' }, '/amount/eur', 'is below 0; expected an amount above 0'],
    [{ credits: '0.000' }, '/amount/credits', 'is 0; expected an amount above 0'],
    [{ credits: '1.0000001' }, '/amount/credits', 'has 7 decimals; at most 6 are taken in credits'],
    [{ eur: '1.000000001' }, '/amount/eur', 'has 9 decimals; at most 8 are taken in euros'],
    [{ credits: '1000000000001' }, '/amount/credits', 'is more than 1000000000000 credits, the most that is taken'],
    [{ eur: '99999999999999999999' }, '/amount/eur', 'is more than 10000000000 euros, the most that is taken'],
    [{ eur: '5,00' }, '/amount/eur', 'expected a decimal string such as "50.00", found "5,00"'],
    [{ eur: '05' }, '/amount/eur', 'expected a decimal string such as "50.00", without zeros in front'],
    [
      { eur: 50 },
      '/amount',
      'expected {"eur": "50.00"} or {"credits": "5000"}: one of the two units, as a decimal string',
    ],
    [
      undefined,
      '/amount',
      'is missing; expected {"eur": "50.00"} or {"credits": "5000"}: one of the two units, as a decimal string',
    ],
  ])('of %j says at %s what is wrong', async (amount, pointer, detail) => {
    const reply = await api.call('grantCredits', { params: { account: 'acme' }, body: { amount, reason: 'r' } })
    expect(reply.body).toMatchObject({ status: 400, code: 'request.body', errors: [{ pointer, detail }] })
    expect(reply.body.errors).toHaveLength(1)
    expect(reply.body.detail).toBe(`${pointer}: ${detail}`)
  })

  test('to an account that is not there says who opens it', async () => {
    const reply = await grant('nobody-there', 'k')
    expect(reply).toMatchObject({ status: 404, body: { code: 'account.not-found' } })
    expect(reply.body.detail).toBe('there is no account nobody-there; an operator opens it with POST /v1/accounts')
  })

  test('with a key that was used for another body names the key, and says what to do', async () => {
    const account = await opened(api)
    await grant(account, 'invoice-17')
    const { body } = await grant(account, 'invoice-17', { ...fifty, reason: 'other' })
    expect(body.detail).toBe(
      'the Idempotency-Key invoice-17 was used for another request of this kind; use a fresh key for a new request, or repeat the first one',
    )
  })

  test.each([
    { eur: '0' },
    { eur: '0.00' },
    { credits: '0.0000001' },
    { credits: '1000000000000.000001' },
    { eur: '10000000000.01' },
    { credits: '-1' },
    { credits: '1e3' },
    { credits: '0x10' },
    { credits: 5000 },
    { credits: 'NaN' },
    { credits: '٣' },
    { credits: '12345678901234' },
    { eur: '1', credits: '100' },
    {},
    '50',
  ])('of %j is refused at its amount', async (amount) => {
    const account = 'acme'
    const reply = await api.call('grantCredits', { params: { account }, body: { amount, reason: 'r' } })
    expect(reply).toMatchObject({ status: 400, body: { code: 'request.body' } })
    expect(reply.body.errors[0].pointer).toMatch(/^\/amount/)
    expect(JSON.stringify(reply.body).length).toBeLessThan(2000)
  })
})

describe('a write', () => {
  const account = 'acme'
  const wanted = { params: { account }, body: fifty }

  test.each([undefined, '', 'a b', 'x'.repeat(129), 'tab\there'])(
    'with the Idempotency-Key %j is refused',
    async (key) => {
      const reply = await api.call('grantCredits', { ...wanted, key })
      expect(reply).toMatchObject({ status: 400, body: { code: 'request.idempotency-key' } })
    },
  )

  test.each([
    ['cut off', '{"amount":', 'request.not-json', 400],
    ['after a byte order mark', '\uFEFF{}', 'request.not-json', 400],
    ['that never stops nesting', '['.repeat(200_000), 'request.not-json', 400],
    ['without a body', '', 'request.not-json', 400],
    ['of four megabytes and more', `"${'x'.repeat(4 * 1024 * 1024)}"`, 'request.too-large', 413],
    ['with a reason of 300,000 characters', { ...fifty, reason: 'x'.repeat(300_000) }, 'request.body', 400],
    ['with a lone surrogate', { ...fifty, reason: '\ud800' }, 'request.body', 400],
  ])('%s is refused', async (_, body, code, status) => {
    const reply = await api.call('grantCredits', { ...wanted, body })
    expect(reply).toMatchObject({ status, body: { code } })
    expect(JSON.stringify(reply.body).length).toBeLessThan(2000)
  })

  test.each([
    ['text/plain', 'Content-Type is text/plain'],
    ['', 'the header Content-Type is missing'],
  ])('of the media type %j is refused', async (media, found) => {
    const reply = await api.call('grantCredits', { ...wanted, headers: { 'content-type': media } })
    expect(reply).toMatchObject({ status: 415, body: { code: 'request.media-type' } })
    expect(reply.body.detail).toBe(`${found}; send a JSON object with Content-Type: application/json`)
  })

  test.each([
    ['body', { body: '' }, 'the body is empty; send one JSON object in UTF-8'],
    ['key', { key: undefined }, 'the header Idempotency-Key is missing; send 1 to 128 visible ASCII characters'],
    ['room', { body: 'x'.repeat(5_000_000) }, 'the body has 5000000 bytes; at most 4194304 are taken'],
  ])('without %s says so', async (_, change, detail) => {
    const reply = await api.call('grantCredits', { ...wanted, ...change })
    expect(reply.body.detail).toContain(detail)
  })

  test('with a query is refused', async () => {
    const reply = await api.call('grantCredits', { ...wanted, query: 'dryRun=true' })
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/dryRun' }] } })
  })
})
