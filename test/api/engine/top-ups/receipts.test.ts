import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { putTopUp } from '../../../../shared/top-ups/io/top-ups-table.ts'
import type { TopUp } from '../../../../shared/top-ups/top-up.ts'
import { creditedTopUp } from '../../../world/example-top-up.ts'
import { type Api, opened, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const details = {
  company: 'Łódź & Söhne <KG>',
  address: { lines: ['ul. Piotrkowska 1'], postcode: '90-001', city: 'Łódź', country: 'PL' },
  language: 'de',
}

async function bought(changes: Partial<TopUp> = {}): Promise<{ readonly account: string; readonly topUp: string }> {
  const account = await opened(api)
  const put = await api.call('putBillingDetails', { params: { account }, body: { ...details, version: 0 } })
  expect(put.status).toBe(200)
  const { id } = await putTopUp(
    new Table(api.tables.documents, api.tables.names.top_ups),
    creditedTopUp({ account, version: 1, ...changes }),
  )
  return { account, topUp: id }
}

describe('the receipt', () => {
  test('as a page is in the reader’s language, with every text escaped', async () => {
    const params = await bought()
    const { status, headers, body } = await api.call('getReceiptHtml', { params })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(body).toContain('<html lang="de">')
    expect(body).toContain('Łódź &amp; Söhne &lt;KG&gt;')
    expect(body).toContain('1.130,50\u00a0€')
    expect(/<style>(.*)<\/style>/s.exec(body)?.[1]).not.toContain('&')
  })

  test('as a PDF is tagged, has the same texts, and is the same bytes each time', async () => {
    const params = await bought()
    const first = await api.call('getReceiptPdf', { params })
    expect(first.headers['content-type']).toBe('application/pdf')
    const bytes = Buffer.from(first.body, 'base64')
    expect(bytes.subarray(0, 8).toString()).toBe('%PDF-1.7')
    expect(bytes.toString('latin1')).toMatch(/\/Lang \(de\)[\s\S]*\/Marked true|\/Marked true[\s\S]*\/Lang \(de\)/)
    expect((await api.call('getReceiptPdf', { params })).body).toBe(first.body)
  })

  test('stays made out to the details of its day when they change', async () => {
    const params = await bought()
    const before = (await api.call('getReceiptPdf', { params })).body
    const body = { ...details, company: 'New GmbH', language: 'en', version: 1 }
    expect((await api.call('putBillingDetails', { params: { account: params.account }, body })).status).toBe(200)
    expect((await api.call('getReceiptPdf', { params })).body).toBe(before)
  })

  test('of what is not credited, or does not exist, is refused', async () => {
    const params = await bought({ status: 'processing' })
    expect(await api.call('getReceiptHtml', { params })).toMatchObject({
      status: 409,
      body: { code: 'receipt.not-paid' },
    })
    expect(await api.call('getReceiptPdf', { params: { ...params, topUp: 'none' } })).toMatchObject({
      status: 404,
      body: { code: 'top-up.not-found' },
    })
  })
})
