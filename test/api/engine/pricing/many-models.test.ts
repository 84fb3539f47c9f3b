import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { type Api, startApi } from '../api.ts'

const SERVICES = 1000
/** AWS: what a function answers, its body as text in JSON. */
const LAMBDA_BYTES = 6 * 1024 * 1024

const SMALL = { service: 'small/model', meter: 'images', per: '1', price: '1', currency: 'EUR' }
const VARIANT_KEYS = ['quality', 'size', 'voice', 'region']

/** Four variants of each service, with long names. */
const ratesAt = (price: string) =>
  Array.from({ length: 4 * SERVICES }, (_, place) => ({
    ...SMALL,
    service: `large/${String(place % SERVICES).padStart(4, '0')}`,
    price,
    variant: Object.fromEntries(VARIANT_KEYS.map((key) => [key, `${place}`.padEnd(120, 'x')])),
  }))

let api: Api
beforeAll(async () => {
  api = await startApi()
  const times = ['1970-01-01T00:00:00Z', ...[20, 40].map((minutes) => later(minutes))]
  for (const [place, effectiveFrom] of times.entries()) {
    const body = { effectiveFrom, note: 'large', rates: [SMALL, ...ratesAt(String(place + 1))] }
    expect((await api.call('publishRateCard', { body })).status).toBe(201)
  }
})
afterAll(() => api.stop())

const later = (minutes: number): string => new Date(Date.now() + minutes * MINUTE_MS).toISOString()

describe('models of more prices than fit into one answer', () => {
  test('are listed by shorter pages, all of them', async () => {
    const found: string[] = []
    let pages = 0
    for (let after: string | undefined; pages === 0 || after !== undefined; pages += 1) {
      const query = new URLSearchParams({ vendor: 'large', limit: '1000', ...(after !== undefined && { after }) })
      const { body } = await api.call('listModels', { query: query.toString() })
      expect(JSON.stringify(JSON.stringify(body)).length).toBeLessThan(LAMBDA_BYTES)
      found.push(...body.models.map(({ service }: { service: string }) => service))
      after = body.next
    }
    expect(pages).toBeGreaterThan(1)
    expect(found).toEqual([...new Set(found)].sort())
    expect(found).toHaveLength(SERVICES)
  })

  test('are refused as one table, which is to be had by vendor', async () => {
    const { status, body } = await api.call('getModelsCsv')
    expect([status, body.code]).toEqual([422, 'models.too-large'])
    expect((await api.call('getModelsCsv', { query: 'vendor=small' })).status).toBe(200)
  })
})
