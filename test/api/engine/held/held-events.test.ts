import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { ParkedEvent, Place, QuarantinedEvent } from '../../../../shared/held/held-event.ts'
import { HeldTable } from '../../../../shared/held/io/held-table.ts'
import { listHeld } from '../../../../shared/held/io/list-held.ts'
import { usageIdentity } from '../../../../shared/ledger/entries/charge.ts'
import { identityKey } from '../../../../shared/ledger/entries/identity.ts'
import { exact } from '../../../../shared/money/exact.ts'
import { atOnce } from '../../../../shared/time/at-once.ts'
import type { Meter } from '../../../../shared/usage/meters.ts'
import { noVariant } from '../../../../shared/usage/variant.ts'
import { type Api, startApi } from '../api.ts'

let api: Api
let held: HeldTable
beforeAll(async () => {
  api = await startApi()
  held = new HeldTable(api.tables.documents, api.tables.names.held)
})
afterAll(() => api.stop())

const MORNING = 1795428930123

function parked(id: string, service: string, account = 'acme', meter: Meter = 'input_tokens'): ParkedEvent {
  const source = '/chat/eu'
  return {
    kind: 'parked',
    event: {
      source,
      id,
      boundAt: undefined,
      account,
      time: MORNING,
      user: 'u-17',
      group: undefined,
      category: 'text',
      service,
      variant: noVariant,
      quantities: new Map([[meter, exact('1')]]),
      reservation: undefined,
    },
    missing: [{ kind: 'meter', meter }],
    identity: identityKey(usageIdentity({ source, id })),
    messageId: `message-${id}`,
    index: 0,
    original: JSON.stringify({
      specversion: '1.0',
      type: 'groschen.usage.v1',
      source,
      subject: account,
      id,
      time: '2026-11-23T10:15:30.123Z',
      data: { user: 'u-17', category: 'text', service, quantities: { [meter]: 1 } },
    }),
    heldAt: MORNING + 1000,
  }
}

const quarantined = (messageId: string, original: string, sentAt = MORNING): QuarantinedEvent => ({
  kind: 'quarantined',
  reason: 'event.schema',
  path: '/data/user',
  detail: 'expected string',
  names: {},
  messageId,
  index: 3,
  original,
  sentAt,
  heldAt: sentAt + 1000,
})

async function all(operationId: 'listParked' | 'listQuarantined', list: string, limit: number, filter = '') {
  const seen: { id?: string; messageId?: string; original?: string; event?: string }[] = []
  let query = `limit=${limit}${filter}`
  for (;;) {
    const { status, body } = await api.call(operationId, { query })
    expect(status).toBe(200)
    seen.push(...body[list])
    if (body.next === undefined) return seen
    query = `limit=${limit}${filter}&after=${body.next}`
  }
}

async function allGroups() {
  const seen: Record<string, unknown>[] = []
  for (let query = ''; ; ) {
    const { status, body } = await api.call('listParkedGroups', { query })
    expect(status).toBe(200)
    seen.push(...body.groups)
    if (body.next === undefined) return seen
    query = `after=${body.next}`
  }
}

describe('parked events', () => {
  test('come with what is missing and their original text, shelf by shelf', async () => {
    for (const [id, service] of [
      ['a', 'x/one'],
      ['b', 'x/one'],
      ['c', 'x/two'],
      ['d', 'ü/drei'],
      ['e', '*'],
    ] as const) {
      expect(await held.shelve(parked(id, service))).toBe('shelved')
    }
    const { body } = await api.call('listParked')
    expect(body.parked).toHaveLength(5)
    expect(body.parked.find((one: { id: string }) => one.id === 'c')).toEqual({
      entry: expect.any(String),
      account: 'acme',
      source: '/chat/eu',
      id: 'c',
      time: '2026-11-23T10:15:30.123Z',
      service: 'x/two',
      missing: ['input_tokens'],
      reason: 'rate.missing',
      detail: 'no price for input_tokens of x/two',
      parkedAt: '2026-11-23T10:15:31.123Z',
      event: parked('c', 'x/two').original,
    })
    for (const limit of [1, 2, 3, 5]) expect(await all('listParked', 'parked', limit)).toEqual(body.parked)
  })

  test('on more shelves than one call reads all come', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, n) => held.shelve(parked(`many-${n}`, `many/${n}`))))
    const ids = (await all('listParked', 'parked', 200)).map((one) => one.id)
    expect(new Set(ids).size).toBe(125)
    expect(ids).toHaveLength(125)
  })

  test('are counted by service and meter, with their first and last time, and whether a price has come', async () => {
    const rate = { service: 'many/7', meter: 'input_tokens', per: '1', price: '1', currency: 'EUR' }
    const body = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'n', rates: [rate] }
    expect((await api.call('publishRateCard', { body })).status).toBe(201)
    const groups = await allGroups()
    expect(groups).toHaveLength(124)
    const times = { first: '2026-11-23T10:15:30.123Z', last: '2026-11-23T10:15:30.123Z', isAtLeast: false }
    const known = (service: string) => groups.find((one) => one['service'] === service)
    expect(known('x/one')).toEqual({
      service: 'x/one',
      meter: 'input_tokens',
      count: 2,
      ...times,
      hasPrice: false,
      missing: [expect.objectContaining({ meter: 'input_tokens', reason: 'rate.missing' })],
    })
    expect(known('many/7')).toMatchObject({ count: 1, hasPrice: true })
  })

  test('of one account all come, one page after another, through shelves of others', async () => {
    for (const n of [0, 60, 119]) await held.shelve(parked(`beta-${n}`, `many/${n}`, 'beta'))
    for (const limit of [1, 2, 200]) {
      const seen = await all('listParked', 'parked', limit, '&account=beta')
      expect(seen.map((one) => one.id).sort()).toEqual(['beta-0', 'beta-119', 'beta-60'])
    }
    expect(await all('listParked', 'parked', 200, '&account=nobody-there')).toEqual([])
    expect(await all('listParked', 'parked', 200, '&account=beta&reason=rate.missing')).toHaveLength(3)
    expect(await all('listParked', 'parked', 200, '&account=beta&reason=event.schema')).toEqual([])
  })

  test('of one account are found behind hundreds of others; no request looks through more than it may', async () => {
    const others = Array.from({ length: 450 }, (_, n) => parked(`o-${n}`, 'one/shelf', 'other'))
    // A busy machine does not open hundreds of connections within a second.
    await atOnce(50, others, (one) => held.shelve(one))
    const last = parked('late', 'one/shelf', 'gamma')
    await held.shelve({ ...last, event: { ...last.event, time: MORNING + 1000 } })
    let reads = 0
    const send = (command: never) => {
      reads += 1
      return held.documents.send(command)
    }
    const counted = new HeldTable({ send } as unknown as HeldTable['documents'], held.name)
    const seen: string[] = []
    let after: Place | undefined
    let requests = 0
    do {
      reads = 0
      const { events, next } = await listHeld(counted, 'parked', { after, limit: 10, filter: { account: 'gamma' } })
      expect(reads).toBeLessThanOrEqual(101)
      seen.push(...events.map((one) => one.id ?? ''))
      after = next
      requests += 1
    } while (after !== undefined && requests < 10)
    expect(seen).toEqual(['late'])
    expect(requests).toBeGreaterThan(1)
  })

  test.each([
    ['account=Acme', '/account'],
    ['account=', '/account'],
    ['reason=everything', '/reason'],
    ['acount=acme', '/acount'],
    ['limit=201', '/limit'],
  ])('asked for with ?%s are refused at %s', async (query, pointer) => {
    for (const list of ['listParked', 'listQuarantined'] as const) {
      const reply = await api.call(list, { query })
      expect(reply).toMatchObject({ status: 400, body: { code: 'request.query', errors: [{ pointer }] } })
    }
  })

  test('are for operators', async () => {
    const claims = { sub: 'anna', scope: 'account:read operate', account: 'acme' }
    expect((await api.call('listParked', { claims })).status).toBe(403)
  })
})

describe('quarantined events', () => {
  test('come with reason, place and the original bytes, however large', async () => {
    const large = randomBytes(500_000).toString('hex')
    const odd = '{"user": 7, "ü": "\u0000"'
    await held.shelve(quarantined('m-1', odd))
    await held.shelve(quarantined('m-2', large))
    await held.shelve(quarantined('m-3', 'next day', MORNING + 86_400_000))
    const events = await all('listQuarantined', 'quarantined', 50)
    expect(events.map((one) => one.messageId)).toEqual(['m-1', 'm-2', 'm-3'])
    const [first, second] = events.map((one) => Buffer.from(one.original ?? '', 'base64').toString())
    expect(first).toBe(odd)
    expect(second === large).toBe(true)
    expect(events[0]).toMatchObject({ reason: 'event.schema', path: '/data/user', index: 3 })
    for (const limit of [1, 2]) expect(await all('listQuarantined', 'quarantined', limit)).toHaveLength(3)
  })

  test('are listed by reason and by account, in both at once', async () => {
    const day = MORNING + 10 * 86_400_000
    const names = { account: 'delta', source: '/chat/eu', id: 'd', service: 'x/one' }
    await held.shelve({ ...quarantined('m-4', 'x', day), reason: 'account.unknown', names })
    await held.shelve({ ...quarantined('m-5', 'x', day), reason: 'event.conflict', names })
    await held.shelve({ ...quarantined('m-6', 'x', day), reason: 'event.conflict' })
    const listed = async (filter: string) =>
      (await all('listQuarantined', 'quarantined', 1, filter)).map((one) => one.messageId)
    expect(await listed('&account=delta')).toEqual(['m-4', 'm-5'])
    expect(await listed('&reason=event.conflict')).toEqual(['m-5', 'm-6'])
    expect(await listed('&account=delta&reason=event.conflict')).toEqual(['m-5'])
    expect(await listed('&reason=event.schema')).toEqual(['m-1', 'm-2', 'm-3'])
  })

  test('take no cursor of the parked ones', async () => {
    const { body } = await api.call('listParked', { query: 'limit=1' })
    const reply = await api.call('listQuarantined', { query: `after=${body.next}` })
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/after' }] } })
    const stray = Buffer.from(JSON.stringify(['quarantine', ['shelves', 'x']])).toString('base64url')
    expect((await api.call('listQuarantined', { query: `after=${stray}` })).status).toBe(400)
  })
})
