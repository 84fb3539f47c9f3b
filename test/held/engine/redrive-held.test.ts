import { randomBytes } from 'node:crypto'
import { type QueryCommandOutput, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Documents } from '../../../shared/aws/document-client.ts'
import { Table } from '../../../shared/aws/table.ts'
import { HeldTable } from '../../../shared/held/io/held-table.ts'
import { holdEvent } from '../../../shared/held/io/hold-event.ts'
import { listHeld } from '../../../shared/held/io/list-held.ts'
import { redriveHeld } from '../../../shared/held/io/redrive-held.ts'
import { readPagesAfter } from '../../../shared/ledger/io/log-table.ts'
import { rateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { putRateCard } from '../../../shared/pricing/io/rates-table.ts'
import { WarmCatalogue } from '../../../shared/pricing/io/warm-catalogue.ts'
import { HOUR_MS, instantText } from '../../../shared/time/instant.ts'
import { readMessage } from '../../../shared/usage/read-message.ts'
import { openAccount } from '../../world/accounts.ts'
import { cardOf, rate } from '../../world/cards.ts'
import { writerOn } from '../../world/log-writer.ts'
import { startTables, type Tables } from '../../world/tables.ts'

const NOW = Date.UTC(2026, 10, 23, 12)

let tables: Tables
let account = ''
beforeEach(async () => {
  tables = await startTables()
  account = await openAccount(tables)
  const { rates, rateFor: _, ...manifest } = cardOf([rate('openai/gpt-4o', 'input_tokens', '3', '1000000')])
  await putRateCard(new Table(tables.documents, tables.names.rates), rateCard(manifest, rates))
})
afterEach(() => tables.stop())

const heldTable = (documents: Documents) => new HeldTable(documents, tables.names.held)
const event = (id: string, change: object = {}, service = 'openai/gpt-4o') => ({
  specversion: '1.0',
  type: 'groschen.usage.v1',
  source: '/chat/eu',
  subject: account,
  id,
  time: instantText(NOW - HOUR_MS),
  data: { user: 'u-17', category: 'text', service, quantities: { input_tokens: 1 } },
  ...change,
})

async function quarantine(original: string, reason: 'message.too-many-events' | 'event.schema', messageId: string) {
  const origin = { messageId, index: 0, original, sentAt: NOW, heldAt: NOW }
  const fate = { kind: 'quarantined', reason, path: '', detail: 'of an earlier version', names: {} } as const
  await holdEvent(heldTable(tables.documents), fate, origin)
}

async function redrive(documents: Documents): Promise<void> {
  const { names } = tables
  const writer = writerOn({ documents, names }, { now: () => NOW })
  const held = heldTable(documents)
  const rates = new WarmCatalogue(new Table(documents, names.rates), () => NOW)
  const { events } = await listHeld(held, 'quarantine', { after: undefined, limit: 200 })
  await redriveHeld({ held, writer, rates }, events, NOW, () => 30_000)
}

/** Answers so many requests, then none. */
function dyingAfter(requests: number): Documents {
  let left = requests
  const send = (command: Parameters<Documents['send']>[0]) => {
    left -= 1
    if (left < 0) throw new Error('killed')
    return tables.documents.send(command)
  }
  return { send } as unknown as Documents
}

const charges = async () =>
  (await readPagesAfter({ documents: tables.documents, name: tables.names.log }, account, 1)).flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.kind === 'charge' ? [entry.id] : [])),
  )

/** Originals on shelves of that kind. */
async function lying(...kinds: readonly ('parked' | 'ahead' | 'quarantine' | 'discarded')[]) {
  const held = heldTable(tables.documents)
  const lists = await Promise.all(kinds.map((kind) => listHeld(held, kind, { after: undefined, limit: 200 })))
  return lists.flatMap(({ events }) => events.map(({ original }) => original))
}

test('what is redriven is charged once and never lost, however often it dies on the way', async () => {
  const refused = { ...event('refused'), type: 'else' }
  const unpriced = event('unpriced', {}, 'nobody/knows')
  const ahead = event('ahead', { time: instantText(NOW + HOUR_MS) })
  const good = [event('one'), event('two'), event('alone')]
  await quarantine(JSON.stringify([refused, good[0], unpriced, ahead, good[1]]), 'message.too-many-events', 'm-1')
  await quarantine(JSON.stringify(good[2]), 'event.schema', 'm-2')
  const all = [refused, unpriced, ahead, ...good].map((one) => JSON.stringify(one))
  for (let requests = 1; requests < 60; requests += 1) {
    await redrive(dyingAfter(requests)).catch(() => undefined)
    const charged = await charges()
    const there = (await lying('quarantine', 'parked', 'ahead')).join()
    const isSafe = (text: string) => there.includes(text) || charged.includes((JSON.parse(text) as { id: string }).id)
    expect(all.filter((text) => !isSafe(text))).toEqual([])
  }
  await redrive(tables.documents)
  expect((await charges()).toSorted()).toEqual(['alone', 'one', 'two'])
  expect(await lying('quarantine')).toEqual([JSON.stringify(refused)])
  expect(await lying('parked')).toEqual([JSON.stringify(unpriced)])
  expect(await lying('ahead')).toEqual([JSON.stringify(ahead)])
})

test('the pieces of a large message leave with it', async () => {
  const noise = (n: number) => ({ noise: randomBytes(1000).toString('base64'), n })
  const refused = Array.from({ length: 600 }, (_, n) => noise(n))
  await quarantine(JSON.stringify([...refused, event('one')]), 'message.too-many-events', 'm-1')
  const pieces = async () => {
    const { Items = [] } = (await tables.documents.send(
      new ScanCommand({ TableName: tables.names.held }),
    )) as QueryCommandOutput
    return Items.filter(({ entry }) => String(entry).includes('#part-')).length
  }
  expect(await pieces()).toBeGreaterThan(0)
  await redrive(tables.documents)
  expect(await pieces()).toBe(0)
  expect(await charges()).toEqual(['one'])
  expect(
    (await listHeld(heldTable(tables.documents), 'quarantine', { after: undefined, limit: 200 })).events[0],
  ).toMatchObject({
    original: JSON.stringify(refused[0]),
    reason: 'event.schema',
  })
})

test('what is discarded meanwhile does not come back to its shelf', async () => {
  const refused = JSON.stringify({ ...event('refused'), type: 'else' })
  await quarantine(refused, 'event.schema', 'm-1')
  const held = heldTable(tables.documents)
  const { events } = await listHeld(held, 'quarantine', { after: undefined, limit: 200 })
  const decision = { actor: 'olga', at: NOW, reason: 'a test', reference: undefined }
  const racing = {
    send: async (command: Parameters<Documents['send']>[0]) => {
      const isReput = command.constructor.name === 'PutCommand' && JSON.stringify(command.input).includes('"kind"')
      if (isReput) for (const one of events) await held.discard(one, decision)
      return await tables.documents.send(command)
    },
  } as unknown as Documents
  await redrive(racing)
  expect(await lying('quarantine')).toEqual([])
  expect(await lying('discarded')).toEqual([refused])
})

test('of two events with one identity and time both are kept when both are discarded', async () => {
  const time = instantText(NOW + HOUR_MS)
  const [one, other] = ['u-17', 'u-18'].map((user) => {
    const first = event('twice', { time })
    return JSON.stringify({ ...first, data: { ...first.data, user } })
  })
  const held = heldTable(tables.documents)
  for (const original of [one!, other!]) {
    const [read] = readMessage(original, NOW)
    if (read?.kind !== 'ahead') throw new Error('it is not ahead')
    await holdEvent(held, read, { messageId: 'm-1', index: 0, original, sentAt: NOW, heldAt: NOW })
    for (const list of ['ahead', 'quarantine'] as const) {
      const { events } = await listHeld(held, list, { after: undefined, limit: 200 })
      for (const lying of events)
        await held.discard(lying, { actor: 'olga', at: NOW, reason: 'r', reference: undefined })
    }
  }
  expect((await lying('discarded')).toSorted()).toEqual([one, other])
})

test('a discard that dies on the way loses nothing, and keeps the first decision once', async () => {
  await quarantine(JSON.stringify(event('one')), 'event.schema', 'm-1')
  const { events } = await listHeld(heldTable(tables.documents), 'quarantine', { after: undefined, limit: 200 })
  const [held] = events
  for (let requests = 0; requests < 5; requests += 1) {
    const decision = { actor: 'olga', at: NOW + requests, reason: `try ${requests}`, reference: undefined }
    await heldTable(dyingAfter(requests))
      .discard(held!, decision)
      .catch(() => undefined)
    expect((await lying('quarantine', 'discarded')).length).toBeGreaterThan(0)
  }
  const discarded = await listHeld(heldTable(tables.documents), 'discarded', { after: undefined, limit: 200 })
  expect(discarded.events).toMatchObject([{ discarding: { reason: 'try 2', at: NOW + 2 } }])
  expect(discarded.events[0]?.id).toBeUndefined()
  expect(await lying('quarantine')).toEqual([])
})
