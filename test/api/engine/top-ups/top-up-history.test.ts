import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { credits, sumOf } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import { DAY_MS } from '../../../../shared/time/instant.ts'
import { putTopUp } from '../../../../shared/top-ups/io/top-ups-table.ts'
import type { TopUp } from '../../../../shared/top-ups/top-up.ts'
import { creditedTopUp } from '../../../world/example-top-up.ts'
import { type Api, opened, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const topUps = () => new Table(api.tables.documents, api.tables.names.top_ups)
const list = async (account: string, query = '') =>
  (await api.call('listTopUps', { params: { account }, query })).body as {
    readonly topUps: readonly {
      readonly topUp: string
      readonly status: string
      readonly credits: { credits: string }
    }[]
    readonly next?: string
  }
const ids = async (account: string, query = '') => (await list(account, query)).topUps.map(({ topUp }) => topUp)

/** Ten, one a day from 1 November on, each third skipped. */
async function history(): Promise<string> {
  const account = await opened(api)
  for (let day = 0; day < 10; day += 1) {
    const at = Date.UTC(2026, 10, 1) + day * DAY_MS
    const status: TopUp['status'] = day % 3 === 2 ? 'skipped' : 'credited'
    await putTopUp(topUps(), creditedTopUp({ account, id: `manual-${day}`, status, createdAt: at, version: 1 }))
  }
  return account
}

describe('the history of top-ups', () => {
  test('is newest first, and told from and to a time, the first included, the second not', async () => {
    const account = await history()
    expect(await ids(account, 'from=2026-11-03T00:00:00Z&to=2026-11-06T00:00:00Z')).toEqual([
      'manual-4',
      'manual-3',
      'manual-2',
    ])
    expect(await ids(account, 'from=2026-11-10T00:00:00Z')).toEqual(['manual-9'])
    expect(await ids(account, 'to=2026-11-01T00:00:00Z')).toEqual([])
  })

  test('is filtered by status together with times, page by page', async () => {
    const account = await history()
    const query = 'status=credited&from=2026-11-02T00:00:00Z&limit=2'
    const seen: string[] = []
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page = await list(account, next === '' ? query : `${query}&after=${next}`)
      seen.push(...page.topUps.map(({ topUp }) => topUp))
      next = page.next
    }
    expect(seen).toEqual(['manual-9', 'manual-7', 'manual-6', 'manual-4', 'manual-3', 'manual-1'])
  })

  test('as a table has the same rows', async () => {
    const account = await history()
    const { body } = await api.call('getTopUpsCsv', { params: { account }, query: 'status=skipped' })
    const rows = String(body).trim().split('\n').slice(1)
    expect(rows.map((row) => row.split(',')[0])).toEqual(['manual-8', 'manual-5', 'manual-2'])
  })

  test('adds up to what the log has of credits that were bought', async () => {
    const account = await opened(api)
    for (const [place, eur] of ['1000', '0.07', '12345.67'].entries()) {
      const body = { amount: { eur }, reference: `INV-${place}`, dueOn: '2126-12-24' }
      for (let times = 0; times < 2; times += 1)
        expect((await api.call('creditInvoice', { params: { account }, body })).status).toBe(201)
    }
    const grant = { amount: { eur: '5' }, reason: 'no top-up' }
    await api.call('grantCredits', { params: { account }, body: grant })
    const shown = (await list(account)).topUps.map((one) => credits(one.credits.credits))
    const { body } = await api.call('listEntries', { params: { account } })
    const entries = body.entries as readonly { readonly kind: string; readonly amount: { readonly credits: string } }[]
    const logged = entries.filter(({ kind }) => kind === 'top-up').map((one) => credits(one.amount.credits))
    expect(shown).toHaveLength(3)
    expect(plain(sumOf(shown))).toBe('1334574')
    expect(plain(sumOf(logged))).toBe('1334574')
  })
})

describe('an invoice', () => {
  const invoice = { amount: { eur: '100' }, reference: 'INV-17', dueOn: '2126-12-24' }

  test('is shown with its number and its day, and never as paid, in JSON and in the table', async () => {
    const account = await opened(api)
    const { status, body } = await api.call('creditInvoice', { params: { account }, body: invoice })
    expect(status).toBe(201)
    for (const shown of [body, (await list(account)).topUps[0]]) {
      expect(shown).toMatchObject({ origin: 'invoice', status: 'credited', reference: 'INV-17', dueOn: '2126-12-24' })
      expect(shown).not.toHaveProperty('paidAt')
    }
    const [head, row] = String((await api.call('getTopUpsCsv', { params: { account } })).body).split('\n') as [
      string,
      string,
    ]
    const cells = Object.fromEntries(head.split(',').map((name, place) => [name, row.split(',')[place]]))
    expect(cells).toMatchObject({ paidAt: '', reference: 'INV-17', dueOn: '2126-12-24' })
  })

  test('that was due before today, where the account is, is refused', async () => {
    const account = await opened(api)
    const body = { ...invoice, dueOn: '2026-11-20' }
    const { status, body: problem } = await api.call('creditInvoice', { params: { account }, body })
    expect(status).toBe(400)
    expect(problem.detail).toContain('/dueOn: 2026-11-20 is over in Europe/Berlin')
  })
})

test('a failed top-up shows no next try that the log does not wait for', async () => {
  const account = await opened(api)
  const origin = { kind: 'automatic', of: '17' } as const
  await putTopUp(
    topUps(),
    creditedTopUp({ account, id: 'auto-17', origin, status: 'failed', reason: 'declined', nextTry: 1, version: 1 }),
  )
  const { body } = await api.call('getTopUp', { params: { account, topUp: 'auto-17' } })
  expect(body).toMatchObject({ status: 'failed', reason: 'declined' })
  expect(body).not.toHaveProperty('nextTry')
  expect((await list(account)).topUps[0]).not.toHaveProperty('nextTry')
})

test('settings say why nothing is bought', async () => {
  const account = await opened(api)
  const { body } = await api.call('getTopUpSettings', { params: { account } })
  expect(body).toMatchObject({ state: { kind: 'off' }, skips: 'off' })
})

test('offers are the amounts that can be bought, each with what it costs', async () => {
  const account = await opened(api)
  const { body } = await api.call('getTopUpOffers', { params: { account } })
  expect(body.offers.map(({ amount, price }: { amount: object; price: object }) => ({ amount, price }))[0]).toEqual({
    amount: { eur: '100.00', credits: '10000' },
    price: { net: '100.00', discount: '0.00', fee: '0.00', tax: '0.00', total: '100.00' },
  })
  expect(body.offers).toHaveLength(4)
  expect(body.automatic).toEqual({ least: '1.00', most: '50000.00' })
})

test('an account without a payment method says that it has none', async () => {
  const account = await opened(api)
  expect((await api.call('getPaymentMethod', { params: { account } })).body).toEqual({ method: null })
})

test('an account that says nothing of levels is told at 0, and at 20 % and 10 % of its newest top-up', async () => {
  const account = await opened(api)
  expect((await api.call('getTopUpSettings', { params: { account } })).body).toMatchObject({
    lowBalanceLevels: [{ eur: '0.00', credits: '0' }],
    lowBalanceShares: [20, 10],
  })
})
