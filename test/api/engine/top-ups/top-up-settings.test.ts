import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, opened, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const settings = (version: number, level: number) => ({ version, lowBalanceLevels: [{ credits: String(level) }] })

test('of settings that are set at once in place of the same version one is taken, and the others learn of it', async () => {
  for (let round = 0; round < 4; round += 1) {
    const account = await opened(api)
    let version = 1
    for (let turn = 1; turn <= 3; turn += 1) {
      const replies = await Promise.all(
        [1, 2, 3].map((level) =>
          api.call('putTopUpSettings', { params: { account }, body: settings(version, turn * 10 + level) }),
        ),
      )
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409])
      for (const { status, body } of replies) if (status === 409) expect(body.code).toBe('settings.changed')
      const taken = replies.find(({ status }) => status === 200)!.body
      const { body } = await api.call('getTopUpSettings', { params: { account } })
      expect(body.lowBalanceLevels).toEqual(taken.lowBalanceLevels)
      version = body.version
    }
  }
}, 30_000)

test('settings sent again are taken once, whatever came after them', async () => {
  const account = await opened(api)
  const call = { params: { account }, key: 'first', body: settings(1, 10) }
  expect((await api.call('putTopUpSettings', call)).status).toBe(200)
  const { version } = (await api.call('getTopUpSettings', { params: { account } })).body
  expect((await api.call('putTopUpSettings', { params: { account }, body: settings(version, 20) })).status).toBe(200)
  expect((await api.call('putTopUpSettings', call)).body.lowBalanceLevels).toEqual([{ eur: '0.10', credits: '10' }])
})

const gap = {
  threshold: { eur: '10' },
  amount: { eur: '5' },
  monthlyCap: { paid: '500', number: 100 },
}

test('settings say what the next purchase would be, before they are saved and after', async () => {
  const account = await opened(api)
  await api.call('grantCredits', { params: { account }, body: { amount: { eur: '6' }, reason: 'welcome' } })
  const preview = await api.call('previewTopUpSettings', { params: { account }, body: { autoTopUp: gap } })
  expect(preview.status).toBe(200)
  expect(preview.body).toMatchObject({
    autoTopUp: { mostPerPurchase: { eur: '50.00' } },
    buysAtOnce: true,
    nextPurchase: { amount: { eur: '5.00' }, price: { total: '5.00' } },
  })
  const many = { ...gap, threshold: { eur: '30' }, mostPerPurchase: { eur: '20' } }
  const put = { version: 1, lowBalanceLevels: [], autoTopUp: many }
  const refused = await api.call('putTopUpSettings', { params: { account }, body: put })
  expect(refused.body.code).toBe('top-up.confirmation-needed')
  expect(refused.body.detail).toContain(
    'this buys 20.00 € of credits at once (20.00 € with tax and fee), and what is missing beyond that after the cooldown',
  )
  const saved = await api.call('putTopUpSettings', { params: { account }, body: { ...put, confirmed: true } })
  expect(saved.body).toMatchObject({ nextPurchase: { amount: { eur: '20.00' } }, state: { kind: 'open' } })
  const { body } = await api.call('getTopUpSettings', { params: { account } })
  expect(body).toEqual(saved.body)
})

test('a purchase that the month has no room for is not promised', async () => {
  const account = await opened(api)
  const autoTopUp = { ...gap, threshold: { eur: '30' }, monthlyCap: { paid: '12', number: 3 } }
  const { body } = await api.call('previewTopUpSettings', { params: { account }, body: { autoTopUp } })
  expect(body.nextPurchase.amount.eur).toBe('10.00')
})

test('the most of a purchase goes with an amount alone', async () => {
  const account = await opened(api)
  const { amount: _, ...others } = gap
  const autoTopUp = { ...others, target: { eur: '50' }, mostPerPurchase: { eur: '20' } }
  const { status, body } = await api.call('previewTopUpSettings', { params: { account }, body: { autoTopUp } })
  expect([status, body.errors[0].pointer]).toEqual([400, '/autoTopUp/mostPerPurchase'])
})
