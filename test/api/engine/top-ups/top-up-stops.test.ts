import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Entry, identityOf } from '../../../../shared/ledger/entries/entries.ts'
import { credits, euros } from '../../../../shared/money/amounts.ts'
import { instantText } from '../../../../shared/time/instant.ts'
import { writerOn } from '../../../world/log-writer.ts'
import { type Api, opened, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

/** Writes an entry as the top-up function would. */
async function write(account: string, entry: Entry): Promise<number> {
  const writer = writerOn(api.tables)
  const proposal = {
    identity: identityOf(entry, account),
    boundAt: undefined,
    differenceFrom: () => [],
    settle: () => ({ kind: 'entry', entry }) as const,
  }
  const [outcome] = await writer.commit(account, [proposal], () => 20_000)
  if (outcome?.kind !== 'committed') throw new Error(JSON.stringify(outcome))
  return outcome.page.header.writtenAt
}

const payment = () => ({ actor: 'stripe', provider: 'stripe', payment: randomUUID() })
const bought = (key: string): Entry => ({
  kind: 'top-up',
  key,
  ...payment(),
  at: Date.now(),
  of: undefined,
  month: '2026-11',
  paid: euros('119'),
  credits: credits('10000'),
})
const refunded = (key: string, cause: 'refund' | 'dispute' = 'refund'): Entry => ({
  kind: 'payment-reversal',
  key,
  ...payment(),
  at: Date.now(),
  taking: randomUUID(),
  cause,
  credits: credits('-5000'),
})
const autoTopUp = { threshold: { eur: '20' }, amount: { eur: '100' }, monthlyCap: { paid: '500', number: 5 } }
const lifts = (account: string) => [`POST /v1/accounts/${account}/top-up-retries`]

const settingsOf = async (account: string) => (await api.call('getTopUpSettings', { params: { account } })).body
const switched = async (account: string, isOn: boolean) => {
  const { version } = await settingsOf(account)
  const body = { version, lowBalanceLevels: [], ...(isOn && { autoTopUp }), confirmed: true }
  return (await api.call('putTopUpSettings', { params: { account }, body })).body
}
const retry = (account: string) => api.call('retryTopUp', { params: { account }, body: {} })

test('settings say that a refund has stopped automatic top-up, why, since when and what lifts it', async () => {
  const account = await opened(api)
  expect(await settingsOf(account)).not.toHaveProperty('stopped')
  await write(account, bought('manual-1'))
  await switched(account, true)
  const at = await write(account, refunded('manual-1'))
  const stopped = { reason: 'refunded', since: instantText(at), goesOnBy: lifts(account) }
  await write(account, bought('manual-2'))
  expect(await settingsOf(account)).toMatchObject({ state: { kind: 'suspended', reason: 'refunded' }, stopped })
  expect((await retry(account)).status).toBe(200)
  expect(await settingsOf(account)).not.toHaveProperty('stopped')
})

test('also while it is off: it is shown, kept when it is switched on, and lifted by the call that is named', async () => {
  const account = await opened(api)
  await write(account, bought('manual-1'))
  const at = await write(account, refunded('manual-1', 'dispute'))
  await write(account, refunded('manual-1'))
  const stopped = { reason: 'disputed', since: instantText(at), goesOnBy: lifts(account) }
  expect(await settingsOf(account)).toMatchObject({ state: { kind: 'off' }, stopped })
  expect(await switched(account, true)).toMatchObject({ state: { kind: 'suspended' }, stopped: { reason: 'disputed' } })
  expect(await switched(account, false)).toMatchObject({ state: { kind: 'off' }, stopped })

  expect((await retry(account)).body).toEqual({ state: { kind: 'off' } })
  expect(await settingsOf(account)).not.toHaveProperty('stopped')
  expect((await retry(account)).body).toMatchObject({ code: 'top-up.nothing-to-retry' })
  await write(account, bought('manual-2'))
  expect(await switched(account, true)).toMatchObject({ state: { kind: 'idle' } })
})
