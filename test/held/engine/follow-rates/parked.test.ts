import { GetCommand, PutCommand, QueryCommand, type QueryCommandOutput, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { followRates } from '../../../../functions/follow-rates/follow-rates.ts'
import type { Documents } from '../../../../shared/aws/document-client.ts'
import type { Tools } from '../../../../shared/aws/lambda.ts'
import { Table } from '../../../../shared/aws/table.ts'
import { HeldTable } from '../../../../shared/held/io/held-table.ts'
import { usageIdentity } from '../../../../shared/ledger/entries/charge.ts'
import { identityKey } from '../../../../shared/ledger/entries/identity.ts'
import { readHead, readPagesAfter } from '../../../../shared/ledger/io/log-table.ts'
import { plain } from '../../../../shared/money/exact.ts'
import { rateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { putRateCard } from '../../../../shared/pricing/io/rates-table.ts'
import { WarmCatalogue } from '../../../../shared/pricing/io/warm-catalogue.ts'
import type { PublishedRate } from '../../../../shared/pricing/rates/rate.ts'
import { DAY_MS, instantText, MINUTE_MS } from '../../../../shared/time/instant.ts'
import { accountBoundId } from '../../../../shared/usage/account-bound-id.ts'
import { readMessage } from '../../../../shared/usage/read-message.ts'
import { openAccount } from '../../../world/accounts.ts'
import { cardOf, rate } from '../../../world/cards.ts'
import { type LocalBus, startBus } from '../../../world/local-bus.ts'
import { writerOn } from '../../../world/log-writer.ts'
import { startTables, type Tables } from '../../../world/tables.ts'

const START = Date.UTC(2026, 10, 23, 12)
const KNOWN = rate('openai/gpt-4o', 'input_tokens', '3', '1000000')
const NEW = rate('vendor/new', 'input_tokens', '2', '1000000')

let tables: Tables
let bus: LocalBus
let account = ''
let now = START
let remaining = 50_000
let versions = 0
beforeAll(async () => {
  bus = await startBus()
})
afterAll(() => bus.stop())
beforeEach(async () => {
  tables = await startTables()
  bus.accepted.length = 0
  bus.refuse = () => false
  ;[now, remaining, versions] = [START, 50_000, 0]
  account = await openAccount(tables)
  await publish([KNOWN])
  return async () => await tables.stop()
})

async function publish(rates: readonly PublishedRate[], effectiveFrom = 0, publishedAt = now): Promise<void> {
  versions += 1
  const { rates: ready, rateFor: _, ...manifest } = cardOf(rates, versions, effectiveFrom)
  const card = rateCard({ ...manifest, publishedAt }, ready)
  expect(await putRateCard(new Table(tables.documents, tables.names.rates), card)).toBe('published')
}

const heldTable = () => new HeldTable(tables.documents, tables.names.held)

let serial = 0n
/** Parks an event as price-usage does; one that is ahead waits. */
async function park(service: string, change: { readonly id?: string; readonly time?: number; user?: string } = {}) {
  const { time = now - MINUTE_MS, user = 'u-17' } = change
  serial += 1n
  const id = change.id ?? accountBoundId('/chat/eu', account, time, serial)
  const original = JSON.stringify({
    specversion: '1.0',
    type: 'groschen.usage.v1',
    source: '/chat/eu',
    subject: account,
    id,
    time: instantText(time),
    data: { user, category: 'text', service, quantities: { input_tokens: 1_000_000 } },
  })
  const [read] = readMessage(original, now)
  if (read === undefined || read.kind === 'invalid') throw new Error(JSON.stringify(read))
  const { event } = read
  const identity = identityKey(usageIdentity(event))
  const held = { event, identity, messageId: `m-${serial}`, index: 0, original, heldAt: now }
  if (read.kind === 'ahead') await heldTable().shelve({ kind: 'ahead', ...held, until: read.until })
  else await heldTable().shelve({ kind: 'parked', ...held, missing: [{ kind: 'service', meter: 'input_tokens' }] })
  return id
}

const counted = new Map<string, number>()
async function follow(documents: Documents = tables.documents): Promise<void> {
  const { names } = tables
  counted.clear()
  const tools = {
    logger: { info: () => undefined },
    metrics: { addMetric: (name: string, _: unknown, value: number) => counted.set(name, value) },
    now: () => now,
    remainingMs: () => remaining,
  } as unknown as Tools
  const writer = writerOn({ documents, names }, { now: () => now })
  const rates = new WarmCatalogue(new Table(documents, names.rates), () => now)
  const held = new HeldTable(documents, names.held)
  await followRates({ writer, rates, held, bus: { client: bus.client, name: 'bus' } })({}, tools)
}

const log = () => ({ documents: tables.documents, name: tables.names.log })
const charges = async () =>
  (await readPagesAfter(log(), account, 1)).flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.kind === 'charge' ? [[entry.id, plain(entry.credits), entry.rateCard]] : [])),
  )
const onShelves = async (): Promise<readonly string[]> => {
  const { Items = [] } = (await tables.documents.send(
    new ScanCommand({ TableName: tables.names.held }),
  )) as QueryCommandOutput
  return Items.filter(({ kind }) => kind !== undefined).map(
    ({ shelf, id }) => `${String(shelf).split('#')[0]} ${String(id)}`,
  )
}
const told = (type: string) => bus.accepted.filter((event) => (event as { type: string }).type === type)

/** The tables of a function that dies after a number of calls. */
function dyingAfter(calls: number): Documents {
  let left = calls
  return {
    send: (command: Parameters<Documents['send']>[0]) => {
      left -= 1
      if (left < 0) throw new Error('killed')
      return tables.documents.send(command)
    },
  } as unknown as Documents
}

describe('a parked event', () => {
  test('is charged once its price is there, and leaves its shelf; one without a price stays', async () => {
    const id = await park('vendor/new')
    const other = await park('nobody/knows')
    await follow()
    expect(await charges()).toEqual([])
    await publish([KNOWN, NEW])
    await follow()
    await follow()
    expect(await charges()).toEqual([[id, '200', 2]])
    expect(await onShelves()).toEqual([`parked ${other}`])
    expect((await readHead(log(), account))?.header.seq).toBe(2)
  })

  test('costs what the card in force at its own time says, not the one of now', async () => {
    const early = await park('vendor/new', { time: START - 3 * DAY_MS })
    const late = await park('vendor/new', { time: START - DAY_MS })
    await publish([KNOWN, NEW])
    await publish([KNOWN, rate('vendor/new', 'input_tokens', '5', '1000000')], START - 2 * DAY_MS, START - 3 * DAY_MS)
    await follow()
    expect((await charges()).sort()).toEqual(
      [
        [early, '200', 2],
        [late, '500', 3],
      ].sort(),
    )
  })

  test('is charged once, however often the function dies on the way', async () => {
    const ids = [await park('vendor/new'), await park('vendor/new'), await park('vendor/new', { id: 'opaque' })]
    await publish([KNOWN, NEW])
    for (let calls = 1; calls < 40; calls += 1) {
      await follow(dyingAfter(calls)).catch(() => undefined)
      for (const id of ids) {
        const places = (await onShelves()).filter((one) => one.endsWith(` ${id}`)).length
        const isCharged = (await charges()).some(([charged]) => charged === id)
        expect(places > 0 || isCharged).toBe(true)
      }
    }
    await follow()
    expect((await charges()).map(([id]) => id).sort()).toEqual([...ids].sort())
    expect(await onShelves()).toEqual([])
  })

  test('that differs from a charge with its identity goes to quarantine, and says so', async () => {
    await park('vendor/new', { id: 'twice' })
    await park('vendor/new', { id: 'twice', time: now - 2 * MINUTE_MS, user: 'u-18' })
    await publish([KNOWN, NEW])
    await follow()
    expect(await charges()).toHaveLength(1)
    expect(await onShelves()).toEqual(['quarantine twice'])
  })

  test('that a slow function parks just after the walk is found by the next one, and no walk follows for ever', async () => {
    await publish([KNOWN, NEW])
    await follow()
    const id = await park('vendor/new')
    now += 5 * MINUTE_MS
    await follow()
    expect((await charges()).map(([charged]) => charged)).toEqual([id])
    now += 6 * MINUTE_MS
    await follow()
    const hidden = await park('vendor/new')
    await follow()
    expect(await onShelves()).toEqual([`parked ${hidden}`])
    now += 61 * MINUTE_MS
    await follow()
    expect(await onShelves()).toEqual([])
  })

  test('is reached also when one call has no time for all', async () => {
    for (let n = 0; n < 3; n += 1) await park(`vendor/new-${n}`)
    await publish([KNOWN, ...[0, 1, 2].map((n) => rate(`vendor/new-${n}`, 'input_tokens', '2', '1000000'))])
    let requests = 0
    const slow = {
      send: (command: Parameters<Documents['send']>[0]) => {
        requests += 1
        if (requests > 9) remaining = 9000
        return tables.documents.send(command)
      },
    } as unknown as Documents
    await follow(slow)
    expect((await charges()).length).toBeLessThan(3)
    remaining = 50_000
    await follow()
    expect(await charges()).toHaveLength(3)
  })

  test('on a shelf that can not be read holds up no other shelf, and is tried again', async () => {
    const { documents, names } = tables
    const bad = await park('a/broken')
    const good = await park('b/good')
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: names.held }))
    const item = Items.find(({ service }) => service === 'a/broken')
    const put = (original: unknown) =>
      documents.send(new PutCommand({ TableName: names.held, Item: { ...item, original } }))
    await put(Buffer.from('no brotli'))
    await publish([KNOWN, ...['a/broken', 'b/good'].map((service) => rate(service, 'input_tokens', '2', '1000000'))])
    now += 11 * MINUTE_MS
    await expect(follow()).rejects.toThrow()
    expect((await charges()).map(([id]) => id)).toEqual([good])
    await put(item?.['original'])
    await follow()
    expect((await charges()).map(([id]) => id)).toEqual([good, bad])
  })
})

describe('an event whose time has not come', () => {
  const wait = (ahead: number, service = 'openai/gpt-4o', id?: string) =>
    park(service, { time: now + ahead, ...(id !== undefined && { id }) })

  test.each([
    ['15 seconds beyond the tolerance', 315_000],
    ['an hour', 3_600_000],
    ['a day', DAY_MS],
  ])('%s ahead is charged once when it is no longer ahead, at the price of its own time', async (_, ahead) => {
    const id = await wait(ahead)
    await publish([rate('openai/gpt-4o', 'input_tokens', '5', '1000000')], now + Math.max(ahead, 10 * MINUTE_MS))
    await follow()
    now += ahead - 300_001
    await follow()
    expect(await charges()).toEqual([])
    // At the very millisecond a price may still change.
    now += 2
    await follow()
    await follow()
    expect(await charges()).toEqual([[id, ahead < 10 * MINUTE_MS ? '300' : '500', ahead < 10 * MINUTE_MS ? 1 : 2]])
    expect(await onShelves()).toEqual([])
    expect((await readHead(log(), account))?.header.logTime).toBeLessThanOrEqual(now + 300_000)
  })

  test('without a price by then is parked, in conflict with a charge it is quarantined', async () => {
    const unpriced = await wait(3_600_000, 'nobody/knows')
    await wait(3_600_000, 'openai/gpt-4o', 'twice')
    await wait(3_700_000, 'openai/gpt-4o', 'twice')
    now += 3_700_000
    await follow()
    expect((await charges()).map(([id]) => id)).toEqual(['twice'])
    expect((await onShelves()).toSorted()).toEqual([`parked ${unpriced}`, 'quarantine twice'])
  })

  test('that came again when its time had come is charged once', async () => {
    await wait(3_600_000, 'openai/gpt-4o', 'again')
    now += 3_600_000
    await follow()
    now -= 3_600_000
    await wait(3_600_000, 'openai/gpt-4o', 'again')
    now += 3_600_000
    await follow()
    expect(await charges()).toHaveLength(1)
    expect(await onShelves()).toEqual([])
  })

  test('is charged once, however often the function dies on the way', async () => {
    const ids = [await wait(3_600_000), await wait(3_600_000), await wait(3_600_000, 'openai/gpt-4o', 'opaque')]
    const unpriced = await wait(3_600_000, 'nobody/knows')
    now += 3_600_000
    for (let calls = 1; calls < 40; calls += 1) {
      await follow(dyingAfter(calls)).catch(() => undefined)
      for (const id of [...ids, unpriced]) {
        const places = (await onShelves()).filter((one) => one.endsWith(` ${id}`)).length
        expect(places > 0 || (await charges()).some(([charged]) => charged === id)).toBe(true)
      }
    }
    await follow()
    expect((await charges()).map(([id]) => id).sort()).toEqual([...ids].sort())
    expect(await onShelves()).toEqual([`parked ${unpriced}`])
  })

  test('that can not be read holds up none behind it, also when one call has no time for all', async () => {
    const { documents, names } = tables
    for (let n = 0; n < 201; n += 1) await wait(3_600_000 + n, 'openai/gpt-4o', `due-${n}`)
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: names.held }))
    const broken = Items.find(({ id }) => id === 'due-0')
    await documents.send(new PutCommand({ TableName: names.held, Item: { ...broken, original: Buffer.from('none') } }))
    now += 2 * 3_600_000
    let queries = 0
    const slow = {
      send: (command: Parameters<Documents['send']>[0]) => {
        queries += command instanceof QueryCommand && JSON.stringify(command.input).includes('ahead#all') ? 1 : 0
        remaining = queries === 1 ? 9000 : 50_000
        return documents.send(command)
      },
    } as unknown as Documents
    await expect(follow(slow)).rejects.toThrow()
    expect(await charges()).toHaveLength(199)
    remaining = 50_000
    await follow()
    expect(await charges()).toHaveLength(200)
    expect(await onShelves()).toEqual(['ahead due-0'])
  })
})

describe('others are told', () => {
  test('of usage without a price: once, once a day, and again when it comes back', async () => {
    await park('vendor/new')
    await park('vendor/new')
    const parked = () => told('groschen.usage.parked')
    await follow()
    await follow()
    expect(parked()).toMatchObject([{ data: { service: 'vendor/new', meter: 'input_tokens', count: 2 } }])
    now += DAY_MS
    await follow()
    expect(parked()).toHaveLength(2)
    await publish([KNOWN, NEW])
    await follow()
    await follow()
    expect(parked()).toHaveLength(2)
    await publish([KNOWN], now + DAY_MS)
    now += 2 * DAY_MS
    await park('vendor/new')
    await follow()
    expect(parked()).toHaveLength(3)
  })

  test('of each version of the rate card, in order, also when the bus refuses it at first', async () => {
    await publish([KNOWN, NEW])
    bus.refuse = (id) => id === 'rates#2'
    await expect(follow()).rejects.toMatchObject({ code: 'events.not-published' })
    bus.refuse = () => false
    await follow()
    await follow()
    expect(told('groschen.rates.changed')).toMatchObject([
      { id: 'rates#1', data: { version: 1, changes: { new: 1, changed: 0, gone: 0 } } },
      { id: 'rates#1' },
      { id: 'rates#2', data: { kind: 'published', changes: { new: 1, changed: 0, gone: 0 } } },
    ])
  })
})

test('what was followed is kept in one small item', async () => {
  await follow()
  const { Item } = await tables.documents.send(
    new GetCommand({ TableName: tables.names.held, Key: { shelf: 'followed', entry: 'rates' } }),
  )
  expect(Item).toMatchObject({ announced: expect.anything() })
})
