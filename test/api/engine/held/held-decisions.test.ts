import { type QueryCommandOutput, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { HeldTable } from '../../../../shared/held/io/held-table.ts'
import { holdEvent } from '../../../../shared/held/io/hold-event.ts'
import { usageIdentity } from '../../../../shared/ledger/entries/charge.ts'
import { identityKey } from '../../../../shared/ledger/entries/identity.ts'
import { dayText, instantText } from '../../../../shared/time/instant.ts'
import { originalsOf, readMessage } from '../../../../shared/usage/read-message.ts'
import { type Api, freshAccount, opened, operator, startApi } from '../api.ts'

const NOW = Date.now()
const SENT = NOW - 86_400_000
const DAY = dayText(SENT)

let api: Api
let account = ''
beforeAll(async () => {
  api = await startApi()
  const rate = { service: 'openai/gpt-4o', meter: 'input_tokens', per: '1000000', price: '3', currency: 'EUR' }
  const body = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'n', rates: [rate] }
  expect((await api.call('publishRateCard', { body })).status).toBe(201)
})
afterAll(() => api.stop())
beforeEach(() => {
  account = freshAccount()
})

const held = () => new HeldTable(api.tables.documents, api.tables.names.held)
let serial = 0
const chat = (changes: Record<string, unknown> = {}, data: Record<string, unknown> = {}) => {
  serial += 1
  return {
    specversion: '1.0',
    type: 'groschen.usage.v1',
    source: '/chat/eu',
    subject: account,
    id: `e-${serial}`,
    time: instantText(SENT),
    ...changes,
    data: { user: 'u', category: 'text', service: 'openai/gpt-4o', quantities: { input_tokens: 1_000_000 }, ...data },
  }
}

/** Puts a message on the shelf as another version of price-usage did. */
async function quarantine(body: string, reason = 'event.schema', detail = 'a fault of that version') {
  serial += 1
  const originalOf = originalsOf(body)
  const names = { account }
  for (const read of reason.startsWith('message.') ? [{ index: 0 }] : readMessage(body, NOW)) {
    const original = reason.startsWith('message.') ? body : originalOf(read as never)
    const origin = { messageId: `m-${serial}`, index: read.index, original, sentAt: SENT, heldAt: SENT + 1000 }
    await holdEvent(held(), { kind: 'quarantined', reason: reason as never, path: '', detail, names }, origin)
  }
}

async function park(event: ReturnType<typeof chat>, kind: 'parked' | 'ahead' = 'parked') {
  const original = JSON.stringify(event)
  const [read] = readMessage(original, NOW)
  if (read === undefined || read.kind === 'invalid') throw new Error(JSON.stringify(read))
  const identity = identityKey(usageIdentity(read.event))
  const common = { event: read.event, identity, messageId: `m-${event.id}`, index: 0, original, heldAt: NOW }
  await held().shelve(
    kind === 'parked'
      ? { kind, ...common, missing: [{ kind: 'service', meter: 'output_tokens' }] }
      : { kind, ...common, until: read.event.time - 300_000 },
  )
}

const onShelves = async () => {
  const { Items = [] } = (await api.tables.documents.send(
    new ScanCommand({ TableName: api.tables.names.held }),
  )) as QueryCommandOutput
  return Items.filter((item) => item['account'] === account)
    .map(({ shelf, reason }) => `${String(shelf).split('#')[0]} ${String(reason)}`)
    .sort()
}
const chargedIn = async () => {
  const { body } = await api.call('listEntries', { params: { account } })
  return body.entries.filter((one: { kind: string }) => one.kind === 'charge').map((one: { id: string }) => one.id)
}
const redrive = (which: object = { account }, more: object = {}) =>
  api.call('redriveQuarantined', { body: { which, ...more } })
const open = () => api.call('openAccount', { body: { account, name: 'Acme GmbH' } })
const NONE = { charged: 0, replayed: 0, parked: 0, ahead: 0, quarantined: 0, failed: 0 }

test('a parked event of a service that no rate names is listed with the nearest one that has rates', async () => {
  await park(chat({}, { service: 'openai/gpt-4oo' }))
  await park(chat({}, { service: 'openai/gpt-4o', quantities: { output_tokens: 1 } }))
  const { body } = await api.call('listParked', { query: `account=${account}` })
  expect(body.parked.map(({ detail }: { detail: string }) => detail).sort()).toEqual([
    'no price for output_tokens of openai/gpt-4o, which no rate names',
    'no price for output_tokens of openai/gpt-4oo, which no rate names; did you mean "openai/gpt-4o"?',
  ])
})

describe('quarantined events that are redriven', () => {
  test('are charged once at the price of their own time when their account has been opened, and leave the list', async () => {
    const event = chat()
    await quarantine(JSON.stringify(event), 'account.unknown')
    expect((await redrive()).body).toEqual({ ...NONE, quarantined: 1 })
    expect(await onShelves()).toEqual(['quarantine account.unknown'])
    await open()
    expect((await redrive()).body).toEqual({ ...NONE, charged: 1 })
    expect((await redrive()).body).toEqual(NONE)
    expect(await chargedIn()).toEqual([event.id])
    expect(await onShelves()).toEqual([])
    expect((await api.call('getBalance', { params: { account } })).body.balance.credits).toBe('-300')
  })

  test('are charged once when two operators redrive them at once, and when the event comes again', async () => {
    await open()
    const event = JSON.stringify(chat())
    await quarantine(event)
    const replies = await Promise.all([redrive(), redrive(), redrive()])
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    await quarantine(event)
    expect((await redrive()).body).toEqual({ ...NONE, replayed: 1 })
    expect(await chargedIn()).toHaveLength(1)
    expect(await onShelves()).toEqual([])
  })

  test('are answered once for a key', async () => {
    await open()
    await quarantine(JSON.stringify(chat()))
    const call = { body: { which: { account } }, key: `redrive-${account}` }
    const first = await api.call('redriveQuarantined', call)
    expect((await api.call('redriveQuarantined', call)).body).toEqual(first.body)
    expect(first.body).toMatchObject({ charged: 1 })
  })

  test('are parked, wait, or stay with the reason and the names that they have now', async () => {
    await open()
    await quarantine(JSON.stringify(chat({}, { service: `new/${account}` })))
    await quarantine(JSON.stringify(chat({ time: instantText(NOW + 3_600_000) })))
    await quarantine(JSON.stringify(chat({ time: instantText(NOW + 365 * 86_400_000) })))
    await quarantine(JSON.stringify(chat({ id: 'refused' }, { quantities: {} })), 'event.binding')
    expect((await redrive()).body).toEqual({ ...NONE, parked: 1, ahead: 1, quarantined: 2 })
    expect(await onShelves()).toEqual([
      'ahead event.ahead',
      'parked rate.missing',
      'quarantine event.ahead',
      'quarantine event.schema',
    ])
    const { body } = await api.call('listQuarantined', { query: `account=${account}&reason=event.schema` })
    expect(body.quarantined).toMatchObject([{ id: 'refused', source: '/chat/eu', path: '/data/quantities' }])
  })

  test('are taken out of a message that was refused whole, each alone; nothing of it is lost on the way', async () => {
    await open()
    const good = [chat(), chat()]
    const body = JSON.stringify([{ ...chat(), type: 'else' }, good[0], chat({ subject: 'nobody-here' }), good[1]])
    await quarantine(body, 'message.too-many-events')
    expect((await redrive()).body).toEqual({ ...NONE, charged: 2, quarantined: 2 })
    expect((await chargedIn()).sort()).toEqual(good.map(({ id }) => id).sort())
    expect(await onShelves()).toEqual(['quarantine event.schema'])
    const { body: rest } = await api.call('listQuarantined', { query: 'account=nobody-here' })
    expect(rest.quarantined).toMatchObject([{ reason: 'account.unknown', index: 2 }])
  })

  test('are no message of their own: an array in the place of an event stays refused', async () => {
    await open()
    await quarantine(JSON.stringify([[chat()]]))
    expect((await redrive()).body).toEqual({ ...NONE, quarantined: 1 })
    expect(await chargedIn()).toEqual([])
  })

  test('are those of a day, a reason or with an entry, and of all that is given at once', async () => {
    await open()
    await quarantine(JSON.stringify(chat()), 'event.schema')
    await quarantine(JSON.stringify(chat()), 'event.conflict')
    expect((await redrive({ account, reason: 'event.time' })).body).toEqual(NONE)
    expect((await redrive({ account, day: '2020-01-01' })).body).toEqual(NONE)
    expect((await redrive({ account, reason: 'event.schema', day: DAY })).body).toEqual({ ...NONE, charged: 1 })
    const { body } = await api.call('listQuarantined', { query: `account=${account}` })
    const [{ entry }] = body.quarantined
    expect((await redrive({ account: 'other', entries: [entry] })).body).toEqual(NONE)
    expect((await redrive({ entries: [entry] })).body).toEqual({ ...NONE, charged: 1 })
    expect((await redrive({ entries: [entry] })).body).toEqual(NONE)
  })

  test('are more than one request takes: the next one goes on', async () => {
    await open()
    for (let n = 0; n < 205; n += 1) await quarantine(JSON.stringify(chat()))
    const first = await redrive()
    expect(first.body.next).toEqual(expect.any(String))
    let total = first.body.charged
    for (let after = first.body.next; after !== undefined; ) {
      const { body } = await redrive({ account }, { after })
      total += body.charged
      after = body.next
    }
    expect(total).toBe(205)
    expect(await onShelves()).toEqual([])
  })

  test.each([
    [{ which: {} }, '/which'],
    [{ which: { day: 'today' } }, '/which/day'],
    [{ which: { entries: ['x'] } }, '/which/entries/0'],
    [{ which: { account: 'acme' }, after: 'x' }, '/after'],
    [{}, '/which'],
  ])('asked for with %j are refused at %s', async (body, pointer) => {
    const reply = await api.call('redriveQuarantined', { body })
    expect(reply).toMatchObject({ status: 400, body: { code: 'request.body', errors: [{ pointer }] } })
  })
})

describe('what an operator discards', () => {
  test('is never charged, and kept with who, when and why', async () => {
    const which = { account: await opened(api) }
    account = which.account
    const event = chat()
    await quarantine(JSON.stringify(event))
    await park(chat({}, { service: `new/${account}` }))
    await park(chat({ time: instantText(NOW + 3_600_000) }), 'ahead')
    const body = { which, reason: 'a test of staging', reference: 'T-1' }
    for (const operationId of ['discardQuarantined', 'discardParked', 'discardAhead'] as const) {
      expect((await api.call(operationId, { body })).body).toEqual({ discarded: 1 })
      expect((await api.call(operationId, { body })).body).toEqual({ discarded: 0 })
    }
    expect((await redrive()).body).toEqual(NONE)
    const { body: answer } = await api.call('listDiscarded', { query: `account=${account}` })
    expect(answer.discarded.map((one: { was: string }) => one.was).sort()).toEqual(['ahead', 'parked', 'quarantined'])
    const quarantined = answer.discarded.find((one: { was: string }) => one.was === 'quarantined')
    expect(quarantined).toMatchObject({ discardedBy: 'olga', discardedFor: 'a test of staging', reference: 'T-1' })
    expect(Buffer.from(quarantined.original, 'base64').toString()).toBe(JSON.stringify(event))
    expect(await chargedIn()).toEqual([])
  })

  test('takes a reason', async () => {
    const reply = await api.call('discardParked', { body: { which: { account } } })
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/reason' }] } })
  })
})

test('parked events are redriven on demand, and waiting ones are listed with account, id and when they are due', async () => {
  account = await opened(api)
  await park(chat())
  const ahead = chat({ time: instantText(NOW + 3_600_000) })
  await park(ahead, 'ahead')
  const reply = await api.call('redriveParked', { body: { which: { account } } })
  expect(reply.body).toEqual({ ...NONE, charged: 1 })
  const { body } = await api.call('listAhead', { query: `account=${account}` })
  expect(body.ahead).toMatchObject([{ account, id: ahead.id, until: instantText(NOW + 3_300_000) }])
})

test('decisions are for operators', async () => {
  for (const operationId of ['redriveQuarantined', 'discardQuarantined', 'redriveParked', 'discardParked'] as const) {
    const claims = { ...operator, account: 'acme' }
    const reply = await api.call(operationId, { body: { which: { account: 'acme' }, reason: 'r' }, claims })
    expect(reply.status).toBe(403)
  }
})
