import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, opened, startApi } from './api.ts'

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
