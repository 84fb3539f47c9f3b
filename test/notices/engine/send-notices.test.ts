import { createServer } from 'node:http'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import type { SQSEvent } from 'aws-lambda'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NoticePorts } from '../../../functions/send-notices/send-notices.ts'
import { sendNotices } from '../../../functions/send-notices/send-notices.ts'
import { listen } from '../../../infra/local/engines/listen.ts'
import { Table } from '../../../shared/aws/table.ts'
import { putBilling } from '../../../shared/billing/io/billing-details-table.ts'
import { putAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { noContact, putContact } from '../../../shared/notices/io/user-contacts-table.ts'
import { DAY_MS } from '../../../shared/time/instant.ts'
import { tools } from '../../top-ups/engine/world.ts'
import { startTables, type Tables } from '../../world/tables.ts'

const SECRET = `whsec_${Buffer.alloc(33, 7).toString('base64')}`

/** What a server is asked, and how it answers. */
interface Heard {
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

type Behaviour = 'take' | 'refuse' | 'fail' | 'say nothing' | 'redirect'

async function startListener() {
  const heard: Heard[] = []
  const listener = { heard, behaviour: 'take' as Behaviour }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    heard.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() })
    if (listener.behaviour === 'say nothing') return void request.socket.destroy()
    const status = { take: 200, refuse: 400, fail: 500, redirect: 302 }[listener.behaviour]
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' })
    response.end(JSON.stringify({ MessageId: 'm', __type: 'MessageRejected' }))
  })
  return Object.assign(listener, await listen(server))
}

let tables: Tables
let mail: Awaited<ReturnType<typeof startListener>>
let hook: Awaited<ReturnType<typeof startListener>>
let ports: NoticePorts
beforeAll(async () => {
  tables = await startTables()
  ;[mail, hook] = await Promise.all([startListener(), startListener()])
  const { documents, names } = tables
  ports = {
    accounts: new Table(documents, names.accounts),
    notices: new Table(documents, names.notices),
    mail: { client: new SESv2Client({ endpoint: mail.address, maxAttempts: 1 }), from: 'groschen@seller.example' },
    webhook: { url: new URL(`${hook.address}/hooks`), secret: async () => SECRET },
  }
  for (const account of ['acme', 'silent'])
    await putAccount(ports.accounts, {
      account,
      name: 'Acme',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      lowBalanceLevels: [],
      openedAt: 0,
      actor: 'olga',
      key: 'open',
    })
  await putBilling(ports.accounts, {
    account: 'acme',
    version: 1,
    company: 'Acme GmbH',
    actor: 'olga',
    savedAt: 0,
    address: { lines: ['Weg 1'], postcode: '10115', city: 'Berlin', country: 'DE' },
    vatId: undefined,
    email: 'billing@acme.example',
    purchaseReference: undefined,
    language: 'de',
  })
})
afterAll(async () => {
  mail.stop()
  hook.stop()
  await tables.stop()
})
beforeEach(() => {
  for (const listener of [mail, hook]) {
    listener.heard.length = 0
    listener.behaviour = 'take'
  }
})

let serial = 0
const event = (account = 'acme') => ({
  specversion: '1.0',
  type: 'groschen.top-up.succeeded',
  source: 'groschen',
  id: `${account}#auto-${++serial}#succeeded`,
  subject: account,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  data: { account, topUp: 'auto-17', origin: 'automatic', paid: '100.00', amount: { eur: '100.00', credits: '10000' } },
})

/** Answers with how many messages came back. */
const send = async (...events: readonly object[]): Promise<number> => {
  const Records = events.map((detail, place) => ({ messageId: String(place), body: JSON.stringify({ detail }) }))
  return (await sendNotices(ports)({ Records } as unknown as SQSEvent, tools)).batchItemFailures.length
}

describe('the e-mail of an event', () => {
  test('goes to the address of the billing details, in their language', async () => {
    expect(await send(event())).toBe(0)
    expect(mail.heard).toHaveLength(1)
    expect(JSON.parse(mail.heard[0]!.body)).toMatchObject({
      FromEmailAddress: 'groschen@seller.example',
      Destination: { ToAddresses: ['billing@acme.example'] },
      Content: { Simple: { Subject: { Data: '10.000 Credits aufgeladen · Acme' } } },
    })
  })

  test('goes out once, however often and however many at once the event comes', async () => {
    const one = event()
    await Promise.all(Array.from({ length: 20 }, () => send(one)))
    await send(one, one)
    expect(mail.heard).toHaveLength(1)
  })

  test('is not sent of what happened so long ago that a first one may have been forgotten', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()
    expect(await send({ ...event(), time: daysAgo(90) })).toBe(0)
    expect(mail.heard).toHaveLength(0)
    await send({ ...event(), time: daysAgo(89) })
    expect(mail.heard).toHaveLength(1)
  })

  test('is not sent again when nobody knows what became of it', async () => {
    const one = event()
    mail.behaviour = 'say nothing'
    expect(await send(one)).toBe(0)
    mail.behaviour = 'take'
    expect(await send(one)).toBe(0)
    expect(mail.heard).toHaveLength(1)
  })

  test('is sent again when SES did not take it', async () => {
    const one = event()
    mail.behaviour = 'refuse'
    expect(await send(one)).toBe(1)
    mail.behaviour = 'take'
    expect(await send(one)).toBe(0)
    expect(mail.heard).toHaveLength(2)
    expect(hook.heard).toHaveLength(1)
  })

  test('is none where an account gave no address, and the webhook hears of it all the same', async () => {
    expect(await send(event('silent'))).toBe(0)
    expect({ mails: mail.heard.length, hooks: hook.heard.length }).toEqual({ mails: 0, hooks: 1 })
  })
})

describe('the e-mails about a limit', () => {
  const limitEventOf = (user: string, tells = { user: true, admins: true }) => ({
    ...event(),
    type: 'groschen.limit.reached',
    id: `acme#limit#${++serial}#500#100`,
    data: {
      account: 'acme',
      user,
      limit: { kind: 'tier', id: 'low', name: 'Low' },
      category: 'text',
      level: 100,
      tells,
      amount: { eur: '5.00', credits: '500' },
      spent: { eur: '5.00', credits: '500' },
      window: { key: 'month#2026-11', from: '2026-11-01', to: '2026-12-01' },
    },
  })
  const recipients = () => mail.heard.map(({ body }) => JSON.parse(body).Destination.ToAddresses[0]).sort()
  beforeAll(async () => {
    await putContact(ports.accounts, 'acme', 'u-1', { ...noContact, email: 'one@acme.example', language: 'en' }, 'v1')
  })

  test('go to the admins and to the user, each in their language', async () => {
    expect(await send(limitEventOf('u-1'))).toBe(0)
    expect(recipients()).toEqual(['billing@acme.example', 'one@acme.example'])
    const subjects = mail.heard.map(({ body }) => JSON.parse(body).Content.Simple.Subject.Data).sort()
    expect(subjects).toEqual(['Limit erreicht · Acme', 'Limit reached · Acme'])
  })

  test('go to those alone whom the account wants to be told', async () => {
    await send(limitEventOf('u-1', { user: true, admins: false }))
    expect(recipients()).toEqual(['one@acme.example'])
    await send(limitEventOf('u-1', { user: false, admins: false }), limitEventOf('u-2', { user: true, admins: false }))
    expect(recipients()).toEqual(['one@acme.example'])
  })

  test('go once to each, though SES refuses one of them at first', async () => {
    const one = limitEventOf('u-1')
    mail.behaviour = 'refuse'
    expect(await send(one)).toBe(1)
    mail.behaviour = 'take'
    mail.heard.length = 0
    await send(one, one)
    await send(one)
    expect(recipients()).toEqual(['billing@acme.example', 'one@acme.example'])
  })
})

describe('the webhook', () => {
  test('gets the event as it is, signed as Standard Webhooks have it', async () => {
    const one = event()
    expect(await send(one)).toBe(0)
    const { url, headers, body } = hook.heard[0]!
    expect(url).toBe('/hooks')
    expect(headers['webhook-id']).toBe(one.id)
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual(one)
    const other = new Webhook(`whsec_${Buffer.alloc(33, 8).toString('base64')}`)
    expect(() => other.verify(body, headers as Record<string, string>)).toThrow()
  })

  test.each(['refuse', 'fail', 'say nothing', 'redirect'] as const)(
    'is told again, by the same id, when the receiver does this: %s; the mail is not',
    async (behaviour) => {
      const one = event()
      hook.behaviour = behaviour
      expect(await send(one)).toBe(1)
      hook.behaviour = 'take'
      expect(await send(one)).toBe(0)
      expect(await send(one)).toBe(0)
      expect(hook.heard.map(({ url, headers }) => [url, headers['webhook-id']])).toEqual([
        ['/hooks', one.id],
        ['/hooks', one.id],
      ])
      expect(mail.heard).toHaveLength(1)
    },
  )
})

test('a message that is no event comes back, and the others are sent', async () => {
  expect(await send(event(), { id: 'x', type: 'groschen.unknown' }, event())).toBe(1)
  expect(mail.heard).toHaveLength(2)
})
