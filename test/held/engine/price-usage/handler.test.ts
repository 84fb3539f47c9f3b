import { randomUUID } from 'node:crypto'
import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { readHead, readPagesAfter } from '../../../../shared/ledger/io/log-table.ts'
import { plain } from '../../../../shared/money/exact.ts'
import { rateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { putRateCard } from '../../../../shared/pricing/io/rates-table.ts'
import { accountBoundId } from '../../../../shared/usage/account-bound-id.ts'
import { openAccount } from '../../../world/accounts.ts'
import { cardOf, rate, seedRates } from '../../../world/cards.ts'
import { startTables, type Tables } from '../../../world/tables.ts'

let tables: Tables
let queues: FauxqsServer
let sqs: SQSClient
let queueUrl: string
let invoke: (event: SQSEvent) => Promise<SQSBatchResponse>

beforeAll(async () => {
  tables = await startTables()
  queues = await startFauxqs({ port: 0, logger: false })
  const { queueUrl: named } = queues.createQueue('usage', { region: 'eu-central-1' })
  queueUrl = `${queues.address}${new URL(named).pathname}`
  const { log, markers, rates, held } = tables.names
  Object.assign(process.env, {
    LOG_TABLE: log,
    MARKERS_TABLE: markers,
    RATES_TABLE: rates,
    HELD_TABLE: held,
    USAGE_QUEUE_URL: queueUrl,
    // No archive here: late events are looked for in the log.
    ARCHIVE_BUCKET: 'archive',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_SQS: queues.address,
    POWERTOOLS_SERVICE_NAME: 'price-usage',
    POWERTOOLS_METRICS_NAMESPACE: 'Groschen',
    POWERTOOLS_METRICS_DISABLED: 'true',
  })
  sqs = new SQSClient({})
  const {
    rates: ready,
    rateFor: _,
    ...manifest
  } = cardOf([...seedRates, rate('openai/gpt-image-1', 'images', '0.45', '1', { quality: 'high' })])
  await putRateCard(new Table(tables.documents, rates), rateCard(manifest, ready))
  // Made anew from this file's environment: test files share a process.
  vi.resetModules()
  const { handler } = await import('../../../../functions/price-usage/handler.ts')
  const context = { getRemainingTimeInMillis: () => 30_000, awsRequestId: 'r', functionName: 'price-usage' } as Context
  invoke = (event) => handler(event, context) as Promise<SQSBatchResponse>
})

afterAll(async () => {
  sqs.destroy()
  await queues.stop()
  await tables.stop()
})

/** Sends bodies through the real queue, and hands what arrives to the handler. */
async function deliver(...bodies: readonly string[]): Promise<SQSBatchResponse> {
  for (let next = 0; next < bodies.length; next += 10) {
    const Entries = bodies.slice(next, next + 10).map((MessageBody, n) => ({ Id: String(n), MessageBody }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
  }
  return await receive(bodies.length)
}

async function receive(count: number): Promise<SQSBatchResponse> {
  const Records: SQSEvent['Records'] = []
  while (Records.length < count) {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 5,
        MessageSystemAttributeNames: ['All'],
      }),
    )
    if (!Messages) break
    for (const { MessageId, ReceiptHandle, Body, Attributes } of Messages) {
      Records.push({
        messageId: MessageId!,
        receiptHandle: ReceiptHandle!,
        body: Body!,
        attributes: Attributes as never,
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: '',
        awsRegion: '',
      })
    }
  }
  return await invoke({ Records })
}

let randoms = 1n
const chat = (
  account: string,
  changes: Record<string, unknown> = {},
  quantities: Record<string, unknown> = { input_tokens: 523, output_tokens: 1247, tool_calls: 2 },
) => {
  randoms += 1n
  return {
    specversion: '1.0',
    type: 'groschen.usage.v1',
    source: '/chat/eu',
    subject: account,
    time: new Date().toISOString(),
    id: accountBoundId('/chat/eu', account, Date.now(), randoms),
    ...changes,
    data: {
      user: 'u-17',
      category: 'text',
      service: 'openai/gpt-4o',
      quantities,
      ...(changes['data'] as object | undefined),
    },
  }
}
const balanceOf = async (account: string) =>
  plain((await readHead({ documents: tables.documents, name: tables.names.log }, account))!.header.balance)
const shelf = async (name: string) =>
  (
    await tables.documents.send(
      new QueryCommand({
        TableName: tables.names.held,
        KeyConditionExpression: 'shelf = :shelf',
        ExpressionAttributeValues: { ':shelf': name },
      }),
    )
  ).Items!
const quarantineOf = async (messageIdOrId: string) =>
  (await shelf(`quarantine#${new Date().toISOString().slice(0, 10)}`)).filter((item) => item['id'] === messageIdOrId)

describe('price-usage', () => {
  test("charges the seed page's chat 2.6533 credits, once", async () => {
    const account = await openAccount(tables)
    const event = JSON.stringify(chat(account))
    expect(await deliver(event)).toEqual({ batchItemFailures: [] })
    expect(await deliver(event)).toEqual({ batchItemFailures: [] })
    expect(await balanceOf(account)).toBe('-2.6533')
  })

  test('charges the mates of an event that it quarantines', async () => {
    const account = await openAccount(tables)
    const id = `bad-${randomUUID()}`
    const batch = [
      chat(account),
      {
        ...chat(account, { id }),
        data: { user: 'u', category: 'text', service: 's', quantities: { input_tokens: '0x10' } },
      },
      chat(account),
    ]
    expect(await deliver(JSON.stringify(batch))).toEqual({ batchItemFailures: [] })
    expect(await balanceOf(account)).toBe('-5.3066')
  })

  test('keeps every hostile message with its reason, and charges the good one beside them', async () => {
    const account = await openAccount(tables)
    const before = (await shelf(`quarantine#${new Date().toISOString().slice(0, 10)}`)).length
    const hostile = [
      '{',
      '\uFEFF{}',
      '[]',
      '"x"',
      'null',
      '1e30000000',
      '{"__proto__":{"polluted":true}}',
      `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      JSON.stringify(chat(account, { id: 'x'.repeat(300_000) })),
      JSON.stringify(chat(account, {}, { seconds: 'NaN' })),
      '{"specversion":"1.0","data":{"quantities":{"seconds":1e30000000}}}',
      JSON.stringify(chat(account)).replace('u-17', '\\ud800'),
    ]
    expect(await deliver(...hostile, JSON.stringify(chat(account)))).toEqual({ batchItemFailures: [] })
    const held = await shelf(`quarantine#${new Date().toISOString().slice(0, 10)}`)
    expect(held).toHaveLength(before + hostile.length)
    expect(held.every((item) => item['reason'] && item['detail'] && item['original'])).toBe(true)
    expect(await balanceOf(account)).toBe('-2.6533')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('parks what has no price, without charging or losing it, once however often it comes', async () => {
    const account = await openAccount(tables)
    const service = `new/${account}`
    const event = JSON.stringify(chat(account, { data: { service } }))
    await deliver(event)
    await deliver(event)
    const parked = await shelf(`parked#${service}#input_tokens`)
    expect(parked).toHaveLength(1)
    expect(parked[0]).toMatchObject({ reason: 'rate.missing', missing: ['input_tokens', 'output_tokens'] })
    expect(await balanceOf(account)).toBe('0')
  })

  test('parks a variant that the card does not list, and says which it lists and what has no price', async () => {
    const account = await openAccount(tables)
    const data = { category: 'image', service: 'openai/gpt-image-1', variant: { quality: 'hihg' } }
    const event = chat(account, { data }, { images: 1 })
    await deliver(JSON.stringify(event))
    const parked = await shelf('parked#openai/gpt-image-1#images')
    expect(parked.find((item) => item['id'] === event.id)).toMatchObject({
      reason: 'rate.variant',
      path: '/data/variant',
      missing: ['images'],
      detail:
        'no price for images of openai/gpt-image-1 with quality=hihg: the card lists quality=high; did you mean quality=high?',
    })
    expect(await balanceOf(account)).toBe('0')
  })

  test('charges usage of nothing but zeros 0 credits, once, and a pool of zero without a price nothing', async () => {
    const account = await openAccount(tables)
    const zeros = chat(account, {}, { input_audio_tokens: 0, output_audio_tokens: 0 })
    const text = chat(account, {}, { input_tokens: 523, output_tokens: 1247, tool_calls: 2, input_audio_tokens: 0 })
    for (const event of [zeros, zeros, text]) await deliver(JSON.stringify(event))
    const pages = await readPagesAfter({ documents: tables.documents, name: tables.names.log }, account, 0)
    const charges = pages.flatMap(({ entries }) => entries).filter((entry) => entry.kind === 'charge')
    expect(charges.map(({ id, credits, quantities }) => [id, plain(credits), [...quantities.keys()]])).toEqual([
      [zeros.id, '0', ['input_audio_tokens', 'output_audio_tokens']],
      [text.id, '2.6533', ['input_tokens', 'output_tokens', 'input_audio_tokens', 'tool_calls']],
    ])
    expect(await balanceOf(account)).toBe('-2.6533')
  })

  test('quarantines an event that says something else than the parked one of its identity', async () => {
    const account = await openAccount(tables)
    const event = chat(account, { data: { service: `new/${account}` } })
    await deliver(JSON.stringify(event))
    await deliver(JSON.stringify({ ...event, data: { ...event.data, user: 'u-18' } }))
    expect(await quarantineOf(event.id)).toMatchObject([{ reason: 'event.conflict' }])
  })

  test('quarantines the same id with another payload, naming what differs', async () => {
    const account = await openAccount(tables)
    const event = chat(account)
    await deliver(JSON.stringify(event))
    await deliver(JSON.stringify({ ...event, data: { ...event.data, quantities: { input_tokens: 1 } } }))
    expect(await quarantineOf(event.id)).toMatchObject([
      { reason: 'event.conflict', detail: expect.stringContaining('quantities') as string },
    ])
    expect(await balanceOf(account)).toBe('-2.6533')
  })

  test('quarantines usage of an account that is not open', async () => {
    const event = chat('nobody-here')
    await deliver(JSON.stringify(event))
    expect(await quarantineOf(event.id)).toMatchObject([{ reason: 'account.unknown' }])
  })

  const waiting = async (id: string) => (await shelf('ahead#all')).filter((item) => item['id'] === id)

  test.each([
    ['15 seconds beyond the tolerance', 315_000],
    ['an hour', 3_600_000],
    ['a day', 86_400_000],
  ])('keeps an event that is %s ahead until its time comes, and takes its message', async (_, ahead) => {
    const account = await openAccount(tables)
    const time = Date.now() + ahead
    const event = chat(account, { id: `ahead-${account}`, time: new Date(time).toISOString() })
    expect(await deliver(JSON.stringify([event, chat(account)]))).toEqual({ batchItemFailures: [] })
    expect(await deliver(JSON.stringify(event))).toEqual({ batchItemFailures: [] })
    const until = new Date(time - 300_000).toISOString()
    expect(await waiting(event.id)).toMatchObject([{ entry: expect.stringMatching(`^${until}#`), account }])
    expect(await quarantineOf(event.id)).toEqual([])
    expect(await balanceOf(account)).toBe('-2.6533')
  })

  test('keeps an event whose id was made ahead until that time comes', async () => {
    const account = await openAccount(tables)
    const event = chat(account, { id: accountBoundId('/chat/eu', account, Date.now() + 3_600_000, 7n) })
    await deliver(JSON.stringify(event))
    expect(await waiting(event.id)).toMatchObject([{ path: '/id' }])
    expect(await balanceOf(account)).toBe('0')
  })

  test('quarantines at once what is a year ahead, with account and id', async () => {
    const account = await openAccount(tables)
    const time = new Date(Date.now() + 365 * 86_400_000).toISOString()
    const event = chat(account, { id: `year-${account}`, time })
    expect(await deliver(JSON.stringify(event))).toEqual({ batchItemFailures: [] })
    expect(await quarantineOf(event.id)).toMatchObject([
      { reason: 'event.ahead', path: '/time', account, detail: expect.stringContaining('more than 48 hours ahead') },
    ])
    expect(await waiting(event.id)).toEqual([])
  })

  test('quarantines an event that says something else than the waiting one of its identity and time', async () => {
    const account = await openAccount(tables)
    const event = chat(account, { id: `two-${account}`, time: new Date(Date.now() + 3_600_000).toISOString() })
    await deliver(JSON.stringify(event))
    await deliver(JSON.stringify({ ...event, data: { ...event.data, user: 'u-18' } }))
    expect(await waiting(event.id)).toHaveLength(1)
    expect(await quarantineOf(event.id)).toMatchObject([{ reason: 'event.conflict' }])
  })

  test('shows account and id of what the schema refuses, where they can be read', async () => {
    const account = await openAccount(tables)
    const event = chat(account, { id: `wrong-${account}` }, { input_tokens: '1.5' })
    await deliver(JSON.stringify([event, { ...event, id: `other-${account}`, subject: 'No Account', source: 7 }]))
    expect(await quarantineOf(event.id)).toMatchObject([{ reason: 'event.schema', account, source: '/chat/eu' }])
    const [other] = await quarantineOf(`other-${account}`)
    expect(other).toMatchObject({ account: 'No Account', service: 'openai/gpt-4o' })
    expect(other).not.toHaveProperty('source')
  })
})
