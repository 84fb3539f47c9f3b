import { DeleteCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { putAccount } from '../../../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../../../shared/ledger/io/log-table.ts'
import { type Api, freshAccount, opened, operator, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const fifty = { amount: { eur: '50.00' }, reason: 'welcome', reference: 'INV-17' }
const grant = (account: string, key: string, body: unknown = fifty) =>
  api.call('grantCredits', { params: { account }, key, body })
const logOf = () => ({ documents: api.tables.documents, name: api.tables.names.log })

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

describe('opening an account', () => {
  test('writes its record and page 1 of its log', async () => {
    const account = freshAccount()
    const body = { account, name: 'Acme GmbH', lowBalanceLevels: [{ eur: '10.00' }, { credits: '0.5' }, '7'] }
    const lowBalanceLevels = [
      { eur: '10.00', credits: '1000' },
      { eur: '0.005', credits: '0.5' },
      { eur: '0.07', credits: '7' },
    ]
    const reply = await api.call('openAccount', { body })
    expect(reply).toMatchObject({
      status: 201,
      body: { account, name: 'Acme GmbH', timeZone: 'Europe/Berlin', currency: 'EUR', lowBalanceLevels },
    })
    expect((await api.call('getAccount', { params: { account } })).body).toEqual(reply.body)
    const { body: list } = await api.call('listEntries', { params: { account } })
    expect(list.entries).toMatchObject([{ kind: 'open', page: 1, actor: 'olga', lowBalanceLevels }])
    expect(list.next).toBeUndefined()
  })

  test('again, with another key, answers 200 with the account that stands; with its own key, 201 as at first', async () => {
    const account = freshAccount()
    const open = (key: string, level: unknown) =>
      api.call('openAccount', { key, body: { account, name: 'Acme', lowBalanceLevels: [level] } })
    const first = await open(`${account}-1`, '1000')
    expect(first.status).toBe(201)
    expect(await open(`${account}-2`, { eur: '10.00' })).toMatchObject({ status: 200, body: first.body })
    expect(await open(`${account}-1`, '1000')).toMatchObject({ status: 201, body: first.body })
    await forgetRequests()
    expect(await open(`${account}-1`, { eur: '10' })).toMatchObject({ status: 201, body: first.body })
  })

  test('with other levels is a conflict', async () => {
    const account = await opened(api)
    const reply = await api.call('openAccount', { body: { account, name: 'Acme GmbH', lowBalanceLevels: ['1'] } })
    expect(reply).toMatchObject({ status: 409, body: { code: 'account.exists' } })
    expect(reply.body.detail).toContain('differs in lowBalanceLevels')
  })

  test('with the same level in two units is refused at the second', async () => {
    const body = { account: freshAccount(), name: 'Acme', lowBalanceLevels: ['5', '1000', { eur: '10.00' }] }
    expect(await api.call('openAccount', { body })).toMatchObject({
      status: 400,
      body: {
        code: 'request.body',
        errors: [
          {
            pointer: '/lowBalanceLevels/2',
            detail: 'is the same balance as /lowBalanceLevels/1; give each level once',
          },
        ],
      },
    })
  })

  test('without its fields says which are missing, each once, a hundred at most', async () => {
    const two = await api.call('openAccount', { body: {} })
    expect(two.body).toMatchObject({ status: 400, code: 'request.body' })
    expect(two.body.errors).toEqual([
      { pointer: '/account', detail: 'is missing; expected a string' },
      { pointer: '/name', detail: 'is missing; expected a string' },
    ])
    expect(two.body.detail).toBe('/account: is missing; expected a string (and 1 more: see errors)')
    const four = await api.call('openAccount', { body: { account: 7, a: 1, b: 2 } })
    expect(four.body.errors).toEqual([
      { pointer: '/account', detail: 'expected a string, found 7' },
      { pointer: '/name', detail: 'is missing; expected a string' },
      { pointer: '/a', detail: 'unknown here; leave it out (allowed: account, name, timeZone, lowBalanceLevels)' },
      { pointer: '/b', detail: 'unknown here; leave it out' },
    ])
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, n]))
    expect((await api.call('openAccount', { body: many })).body.errors).toHaveLength(100)
    expect(four.body.detail).toContain('(and 3 more: see errors)')
  })

  test('under another name is a conflict, and changes nothing', async () => {
    const account = await opened(api)
    const reply = await api.call('openAccount', { body: { account, name: 'Other', timeZone: 'UTC' } })
    expect(reply).toMatchObject({ status: 409, body: { code: 'account.exists' } })
    expect(reply.body.detail).toContain('name, timeZone')
    expect((await api.call('getAccount', { params: { account } })).body.name).toBe('Acme GmbH')
  })

  test('that crashed between record and log takes no usage, and is finished by the next request', async () => {
    const account = freshAccount()
    await putAccount(new Table(api.tables.documents, api.tables.names.accounts), {
      account,
      name: 'Acme GmbH',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      lowBalanceLevels: [],
      openedAt: 1795428930123,
      actor: 'first',
      key: 'first-key',
    })
    expect(await readHead(logOf(), account)).toBeUndefined()
    expect((await grant(account, 'early')).status).toBe(404)
    const reply = await api.call('openAccount', { body: { account, name: 'Acme GmbH' } })
    expect(reply).toMatchObject({ status: 200, body: { openedAt: '2026-11-23T10:15:30.123Z' } })
    expect((await readHead(logOf(), account))?.entries).toMatchObject([{ kind: 'open', actor: 'first' }])
  })

  test('by five requests at once opens one log', async () => {
    const account = freshAccount()
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => api.call('openAccount', { body: { account, name: 'Acme' } })),
    )
    expect(new Set(replies.map((reply) => JSON.stringify(reply.body))).size).toBe(1)
    expect((await readHead(logOf(), account))?.header.seq).toBe(1)
  })

  test.each([
    [{ account: 'Acme', name: 'x' }, '/account'],
    [{ account: 'acme', name: '' }, '/name'],
    [{ account: 'acme', name: 'x', timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ account: 'acme', name: 'x', timeZone: '+01:00' }, '/timeZone'],
    [{ account: 'acme', name: 'x', lowBalanceLevels: [1000] }, '/lowBalanceLevels/0'],
    [{ account: 'acme', name: 'x', lowBalanceLevels: ['1', '-1'] }, '/lowBalanceLevels/1'],
    [{ account: 'acme', name: 'x', lowBalanceLevels: [{ eur: '0.000000001' }] }, '/lowBalanceLevels/0/eur'],
    [{ account: 'acme', name: 'x', lowBalanceLevels: [{ eur: '1', credits: '100' }] }, '/lowBalanceLevels/0'],
    [{ account: 'acme', name: 'x', colour: 'red' }, '/colour'],
    ['{"account":"acme","name":"x","__proto__":{}}', '/__proto__'],
    ['[]', ''],
    ['null', ''],
  ])('with %j is refused at %j', async (body, pointer) => {
    const reply = await api.call('openAccount', { body })
    expect(reply).toMatchObject({ status: 400, body: { code: 'request.body', errors: [{ pointer }] } })
  })
})

describe('listing accounts', () => {
  test('goes through all of them, page by page', async () => {
    await opened(api)
    await opened(api)
    const seen: string[] = []
    let query = 'limit=1'
    for (;;) {
      const { body } = await api.call('listAccounts', { query })
      seen.push(...body.accounts.map((one: { account: string }) => one.account))
      if (body.next === undefined) break
      query = `limit=1&after=${body.next}`
    }
    const { body: whole } = await api.call('listAccounts')
    expect(seen).toEqual(whole.accounts.map((one: { account: string }) => one.account))
    expect(seen).toEqual([...seen].sort())
    expect(seen.length).toBeGreaterThan(1)
  })

  test.each([
    ['after=bm9wZQ', '/after', 'expected `next` of an answer of this list, unchanged'],
    ['after=!!', '/after', 'expected `next` of an answer of this list, unchanged'],
    ['limit=0', '/limit', 'expected a whole number from 1 to 100, found "0"'],
    ['limit=101', '/limit', 'expected a whole number from 1 to 100, found "101"'],
    ['limit=-1', '/limit', 'expected a whole number from 1 to 100, found "-1"'],
    ['limit=ten', '/limit', 'expected a whole number from 1 to 100, found "ten"'],
    ['limit=1e1', '/limit', 'expected a whole number from 1 to 100, found "1e1"'],
    ['limit=', '/limit', 'expected a whole number from 1 to 100, found ""'],
    ['limit=1&limit=2', '/limit', 'given more than once; give it once'],
    ['limt=1', '/limt', 'unknown here; did you mean "limit"? (allowed: limit, after)'],
  ])('refuses ?%s at %s', async (query, pointer, detail) => {
    expect((await api.call('listAccounts', { query })).body).toMatchObject({
      status: 400,
      code: 'request.query',
      detail: `${pointer}: ${detail}`,
      errors: [{ pointer, detail }],
    })
  })
})

describe('a token of one account', () => {
  const claims = { sub: 'anna', scope: 'account:read account:admin operate', account: 'acme-own' }

  test('sees its own account; every other is forbidden, whether it exists or not', async () => {
    await api.call('openAccount', { body: { account: 'acme-own', name: 'Own' } })
    const other = await opened(api)
    expect((await api.call('getBalance', { params: { account: 'acme-own' }, claims })).status).toBe(200)
    for (const account of [other, 'nobody-there']) {
      const reply = await api.call('getBalance', { params: { account }, claims })
      expect(reply).toMatchObject({ status: 403, body: { code: 'access.other-account' } })
      expect(reply.body.detail).toContain(`that is not ${account}; use a token of ${account}`)
    }
  })

  test('grants itself nothing', async () => {
    const reply = await api.call('grantCredits', { params: { account: 'acme-own' }, claims, body: fifty })
    expect(reply).toMatchObject({ status: 403, body: { code: 'access.operators-only' } })
  })
})

/** Damages page 1, or mends it. */
const setBalance = (account: string, balance: number) =>
  api.tables.documents.send(
    new UpdateCommand({
      TableName: api.tables.names.log,
      Key: { account, seq: 1 },
      UpdateExpression: 'SET b = :b',
      ExpressionAttributeValues: { ':b': balance },
    }),
  )

describe('an Idempotency-Key', () => {
  const open = (account: string) => api.call('openAccount', { key: 'kept', body: { account, name: 'Acme' } })

  test('is kept for 48 hours, then free again, even if its record is still there', async () => {
    const [first, second] = [freshAccount(), freshAccount()]
    await forgetRequests()
    expect((await open(first)).status).toBe(201)
    const [record] = await requestRecords()
    const hours = (Number(record!['expires_at']) * 1000 - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(47.9)
    expect(hours).toBeLessThanOrEqual(48.1)
    expect(await open(second)).toMatchObject({ status: 422, body: { code: 'idempotency.other-request' } })
    await api.tables.documents.send(
      new UpdateCommand({
        TableName: api.tables.names.requests,
        Key: { key: record!['key'] },
        UpdateExpression: 'SET expires_at = :now',
        ExpressionAttributeValues: { ':now': Math.floor(Date.now() / 1000) },
      }),
    )
    expect((await open(second)).status).toBe(201)
    expect((await open(first)).status).toBe(422)
  })
})

describe('a fault of ours', () => {
  test('shows its code and the id of the request, nothing of the log', async () => {
    const account = await opened(api)
    await setBalance(account, 1)
    const reply = await api.call('getBalance', { params: { account } })
    expect(reply).toMatchObject({ status: 500, body: { code: 'internal' } })
    // A command shows the detail alone.
    const [id] = reply.body.instance.split(':').slice(-1)
    expect(reply.body.detail).toBe(`tell the operator the request id ${id}`)
    expect(reply.body.instance).toMatch(/^urn:groschen:request:.+/)
    expect(JSON.stringify(reply.body)).not.toContain(account)
  })

  test('gives the key up: sent again, the request is tried again at once', async () => {
    const account = await opened(api)
    await setBalance(account, 1)
    expect((await grant(account, 'k')).status).toBe(500)
    expect((await grant(account, 'k')).status).toBe(500)
    await setBalance(account, 0)
    expect((await grant(account, 'k')).status).toBe(201)
  })
})

describe('the service', () => {
  test('says that it works, to everyone', async () => {
    expect(await api.call('getHealth', { claims: undefined })).toMatchObject({
      status: 200,
      body: { status: 'ok', stage: 'test', checks: { log: 'ok', accounts: 'ok' } },
    })
  })

  test('describes itself, to everyone', async () => {
    const { body } = await api.call('getOpenApi', { claims: undefined })
    expect(Object.keys(body.paths)).toContain('/v1/accounts/{account}/charges')
  })

  test('asks for a token everywhere else', async () => {
    const reply = await api.call('listAccounts', { claims: undefined })
    expect(reply).toMatchObject({ status: 401, body: { code: 'access.no-token' } })
    expect((await api.call('listAccounts', { claims: { ...operator, sub: '' } })).status).toBe(401)
  })
})
