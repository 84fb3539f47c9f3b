import { afterAll, beforeAll, expect, test } from 'vitest'
import { followRates } from '../../../../functions/follow-rates/follow-rates.ts'
import type { Tools } from '../../../../shared/aws/lambda.ts'
import { Table } from '../../../../shared/aws/table.ts'
import { HeldTable } from '../../../../shared/held/io/held-table.ts'
import { usageIdentity } from '../../../../shared/ledger/entries/charge.ts'
import { identityKey } from '../../../../shared/ledger/entries/identity.ts'
import { WarmCatalogue } from '../../../../shared/pricing/io/warm-catalogue.ts'
import { instantText, MINUTE_MS } from '../../../../shared/time/instant.ts'
import { readMessage } from '../../../../shared/usage/read-message.ts'
import { type Api, opened, startApi } from '../../../api/engine/api.ts'
import { type LocalBus, startBus } from '../../../world/local-bus.ts'
import { writerOn } from '../../../world/log-writer.ts'

let api: Api
let bus: LocalBus
beforeAll(async () => {
  bus = await startBus()
  api = await startApi()
  const rates = [{ service: 'openai/gpt-4o', meter: 'input_tokens', per: '1000000', price: '3', currency: 'EUR' }]
  const body = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'n', rates }
  expect((await api.call('publishRateCard', { body })).status).toBe(201)
})
afterAll(async () => {
  await bus.stop()
  await api.stop()
})

test('what an earlier version parked for want of a price of zero tokens is charged by itself', async () => {
  const account = await opened(api)
  const now = Date.now()
  const original = JSON.stringify({
    specversion: '1.0',
    type: 'groschen.usage.v1',
    source: '/chat',
    id: 'old',
    subject: account,
    time: instantText(now - MINUTE_MS),
    data: {
      user: 'u',
      category: 'text',
      service: 'openai/gpt-4o',
      quantities: { input_tokens: 1_000_000, input_audio_tokens: 0 },
    },
  })
  const [read] = readMessage(original, now)
  if (read?.kind !== 'event') throw new Error(JSON.stringify(read))
  const { documents, names } = api.tables
  const held = new HeldTable(documents, names.held)
  const missing = [{ kind: 'meter', meter: 'input_audio_tokens' }] as const
  const identity = identityKey(usageIdentity(read.event))
  const place = { messageId: 'm', index: 0, original, heldAt: now }
  await held.shelve({ kind: 'parked', ...place, event: read.event, missing, identity })

  const writer = writerOn(api.tables)
  const rates = new WarmCatalogue(new Table(documents, names.rates), Date.now)
  const tools = {
    logger: { info: () => undefined },
    metrics: { addMetric: () => undefined },
    now: Date.now,
    remainingMs: () => 50_000,
  } as unknown as Tools
  await followRates({ writer, rates, held, bus: { client: bus.client, name: 'bus' } })({}, tools)

  expect((await api.call('listParked')).body.parked).toEqual([])
  const { body } = await api.call('findCharge', { params: { account }, query: 'source=%2Fchat&id=old' })
  expect(body, JSON.stringify(body)).toMatchObject({
    total: { credits: '300' },
    quantities: { input_audio_tokens: '0' },
  })
})
