import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { billingHead, readBilling } from '../../../../shared/billing/io/billing-details-table.ts'
import { type Api, opened, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const details = {
  company: 'Bäckerei Größe GmbH',
  address: { lines: ['Beispielstraße 1', 'Hinterhaus'], postcode: '10115', city: 'Berlin', country: 'DE' },
  vatId: 'DE 136 695 976',
  email: 'billing@acme.example',
  purchaseReference: 'PO-4711',
  language: 'en',
}

const put = (account: string, version: number, changes: object = {}, call: object = {}) =>
  api.call('putBillingDetails', { params: { account }, body: { ...details, ...changes, version }, ...call })
const get = (account: string) => api.call('getBillingDetails', { params: { account } })
const versions = (account: string, query = '') => api.call('listBillingDetails', { params: { account }, query })
const accounts = () => new Table(api.tables.documents, api.tables.names.accounts)

async function forgetRequests() {
  const TableName = api.tables.names.requests
  const { Items = [] } = await api.tables.documents.send(new ScanCommand({ TableName }))
  for (const { key } of Items) await api.tables.documents.send(new DeleteCommand({ TableName, Key: { key } }))
}

describe('billing details', () => {
  test('are none at first, which is said with what to do', async () => {
    const account = await opened(api)
    expect(await get(account)).toMatchObject({
      status: 404,
      body: { code: 'billing-details.none', detail: expect.stringContaining('PUT') },
    })
    expect(await billingHead(accounts(), account)).toEqual({ version: 0, language: 'de', email: undefined })
  })

  test('are shown as they were given, with a VAT id without spaces', async () => {
    const account = await opened(api)
    const saved = await put(account, 0)
    expect(saved).toMatchObject({
      status: 200,
      body: { ...details, vatId: 'DE136695976', version: 1, savedBy: 'olga' },
    })
    expect((await get(account)).body).toEqual(saved.body)
    expect(await billingHead(accounts(), account)).toMatchObject({
      version: 1,
      language: 'en',
      email: 'billing@acme.example',
    })
  })

  test('keep every version, the newest first, page by page', async () => {
    const account = await opened(api)
    for (let version = 0; version < 12; version += 1)
      await put(account, version, { purchaseReference: `PO-${version}` })
    const first = await versions(account, 'limit=7')
    expect(first.body.versions.map((one: { version: number }) => one.version)).toEqual([12, 11, 10, 9, 8, 7, 6])
    const rest = await versions(account, `limit=7&after=${first.body.next}`)
    expect(rest.body.versions.map((one: { version: number }) => one.version)).toEqual([5, 4, 3, 2, 1])
    expect(await readBilling(accounts(), account, 3)).toMatchObject({ purchaseReference: 'PO-2' })
    expect((await get(account)).body.version).toBe(12)
  })

  test('are not replaced by someone who saw another version, and of two at once one is refused', async () => {
    const account = await opened(api)
    await put(account, 0)
    expect(await put(account, 0, { company: 'Late GmbH' })).toMatchObject({
      status: 409,
      body: { code: 'billing-details.changed' },
    })
    expect(await put(account, 5)).toMatchObject({ status: 409 })
    const both = await Promise.all([put(account, 1, { company: 'One' }), put(account, 1, { company: 'Two' })])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect((await versions(account)).body.versions).toHaveLength(2)
  })

  test('sent again after their answer got lost are the same version', async () => {
    const account = await opened(api)
    const first = await put(account, 0, {}, { key: 'once' })
    await forgetRequests()
    const again = await put(account, 0, {}, { key: 'once' })
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect((await versions(account)).body.versions).toHaveLength(1)
  })

  test.each([
    [{ vatId: 'DE136695975' }, '/vatId', 'check digits'],
    [{ vatId: 'ATU12011204' }, '/vatId', 'begins with DE'],
    [{ address: { ...details.address, country: 'de' } }, '/address/country', 'two capital letters'],
    [{ address: { ...details.address, country: 'QZ' } }, '/address/country', 'no such country'],
    [{ address: { ...details.address, lines: [] } }, '/address/lines', 'street'],
    [{ email: 'billing@acme' }, '/email', 'e-mail address'],
    [{ email: 'a@b.example\r\nBcc: x@y.example' }, '/email', 'e-mail address'],
    [{ company: 'Acme\u0000' }, '/company', 'control character'],
    [{ language: 'fr' }, '/language', ''],
  ])('with %j are refused, with the place', async (changes, pointer, detail) => {
    const account = await opened(api)
    const refused = await put(account, 0, changes)
    expect(refused).toMatchObject({ status: 400, body: { code: 'request.body', errors: [{ pointer }] } })
    expect(refused.body.errors[0].detail).toContain(detail)
    expect((await versions(account)).body.versions).toEqual([])
  })

  test('are not changed by someone who may only read, nor by another account', async () => {
    const account = await opened(api)
    const reader = { sub: 'rita', scope: 'account:read', account }
    expect(await put(account, 0, {}, { claims: reader })).toMatchObject({ status: 403 })
    const stranger = { sub: 'sam', scope: 'account:admin', account: 'another' }
    expect(await put(account, 0, {}, { claims: stranger })).toMatchObject({ status: 403 })
  })
})
