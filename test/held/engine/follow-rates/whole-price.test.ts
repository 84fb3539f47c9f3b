import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { followRates } from '../../../../functions/follow-rates/follow-rates.ts'
import type { Tools } from '../../../../shared/aws/lambda.ts'
import { Table } from '../../../../shared/aws/table.ts'
import { HeldTable } from '../../../../shared/held/io/held-table.ts'
import { holdEvent } from '../../../../shared/held/io/hold-event.ts'
import { judgeUsage } from '../../../../shared/held/io/judge-usage.ts'
import { WarmCatalogue } from '../../../../shared/pricing/io/warm-catalogue.ts'
import { instantText, MINUTE_MS } from '../../../../shared/time/instant.ts'
import type { Meter } from '../../../../shared/usage/meters.ts'
import { readMessage } from '../../../../shared/usage/read-message.ts'
import { type Api, opened, startApi } from '../../../api/engine/api.ts'
import { readCases } from '../../../world/cases.ts'
import { type LocalBus, startBus } from '../../../world/local-bus.ts'
import { writerOn } from '../../../world/log-writer.ts'

const ALWAYS = '1970-01-01T00:00:00Z'
const HAIKU = 'anthropic/claude-haiku-4-5'
const EUR = { currency: 'EUR' }
/** As the imported list has it: a search of its own price beside a general one for tool calls. */
const RATES = [
  { service: HAIKU, meter: 'input_tokens', per: '1000000', price: '1', ...EUR },
  { service: HAIKU, meter: 'output_tokens', per: '1000000', price: '5', ...EUR },
  { service: HAIKU, meter: 'tool_calls', variant: { tool: 'web-search' }, per: '1', price: '0.01', ...EUR },
  { service: '*', meter: 'tool_calls', per: '1', price: '0.005', unlistedVariant: 'base', ...EUR },
]

let api: Api
let bus: LocalBus
let account = ''
/** All that the newest card has: each is complete in itself. */
let content: { rates: object[]; aliases: object[] } = { rates: RATES, aliases: [] }
beforeAll(async () => {
  bus = await startBus()
  api = await startApi()
  await publish({})
})
afterAll(async () => {
  await bus.stop()
  await api.stop()
})
beforeEach(async () => {
  account = await opened(api)
})

async function publish(more: { readonly rates?: object[]; readonly aliases?: object[] }, effectiveFrom = ALWAYS) {
  content = {
    rates: [...content.rates, ...(more.rates ?? [])],
    aliases: [...content.aliases, ...(more.aliases ?? [])],
  }
  const reply = await api.call('publishRateCard', { body: { effectiveFrom, note: 'n', ...content } })
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 })
}

const ports = () => {
  const { documents, names } = api.tables
  return {
    writer: writerOn(api.tables),
    rates: new WarmCatalogue(new Table(documents, names.rates), Date.now),
    held: new HeldTable(documents, names.held),
    bus: { client: bus.client, name: 'bus' },
  }
}

/** Judges and holds an event as price-usage does. */
async function use(service: string, quantities: Partial<Record<Meter, number>>, variant?: Record<string, string>) {
  const id = `use-${crypto.randomUUID()}`
  const original = JSON.stringify({
    specversion: '1.0',
    type: 'groschen.usage.v1',
    source: '/chat/eu',
    subject: account,
    id,
    time: instantText(Date.now() - MINUTE_MS),
    data: { user: 'u', category: 'text', service, quantities, ...(variant && { variant }) },
  })
  const [fate] = await judgeUsage(ports(), readMessage(original, Date.now()), Date.now(), () => 30_000)
  const origin = { messageId: id, index: 0, original, heldAt: Date.now(), sentAt: Date.now() }
  if (fate === undefined) throw new Error('no fate')
  return (await holdEvent(ports().held, fate, origin)).fate.kind
}

async function follow(): Promise<void> {
  const tools = {
    logger: { info: () => undefined },
    metrics: { addMetric: () => undefined },
    now: Date.now,
    remainingMs: () => 50_000,
  } as unknown as Tools
  await followRates(ports())({}, tools)
}

const groups = async () => (await api.call('listParkedGroups')).body.groups
const charged = async (): Promise<readonly string[]> =>
  (await api.call('listEntries', { params: { account } })).body.entries.flatMap(
    (one: { kind: string; amount: { credits: string } }) => (one.kind === 'charge' ? [one.amount.credits] : []),
  )

test('B27: what waits under the dated name of a model is charged once the card has the alias, dated back', async () => {
  const file = z.parse(
    z.object({ cases: z.array(z.looseObject({ id: z.string(), right: z.unknown() })) }),
    readCases('public-reports.json'),
  )
  const { right } = file.cases.find(({ id }) => id === 'B27') ?? {}
  const { credits } = z.parse(z.object({ credits: z.string() }), right)

  const dated = `${HAIKU}-20251001`
  expect(await use(dated, { input_tokens: 1000, output_tokens: 1000 })).toBe('parked')
  expect(await use(dated, { tool_calls: 1 }, { tool: 'web-search' })).toBe('charged')
  expect(await charged()).toEqual(['0.5'])
  const [waiting] = await groups()
  expect(waiting).toMatchObject({ service: dated, count: 1, hasPrice: false })

  await publish({ aliases: [{ alias: dated, service: HAIKU }] })
  expect(await groups()).toMatchObject([{ service: dated, missing: [], hasPrice: true }])
  await follow()
  expect((await charged()).toSorted()).toEqual(['0.5', credits])
  expect(await groups()).toEqual([])
})

test('a group names each part that is missing, and has a price only where every part of every event has one', async () => {
  const [input, output, search] = RATES
  const model = 'vendor/model'
  const forModel = (one: object | undefined) => ({ ...one, service: model })
  await use(model, { input_tokens: 10, output_tokens: 10, tool_calls: 1 })
  await use(model, { input_tokens: 10, pages: 3 })
  await use(HAIKU, { tool_calls: 2 }, { tool: 'web_search' })
  const missingOf = async () =>
    (await groups()).map(({ service, meter, missing, count, hasPrice }: Record<string, unknown>) => ({
      service,
      meter,
      count,
      hasPrice,
      missing: (missing as { meter: string; reason: string }[]).map((one) => `${one.meter} ${one.reason}`),
    }))
  const search1 = {
    service: HAIKU,
    meter: 'tool_calls',
    count: 1,
    hasPrice: false,
    missing: ['tool_calls rate.variant'],
  }
  const three = ['input_tokens rate.missing', 'output_tokens rate.missing', 'pages rate.missing']
  expect(await missingOf()).toEqual([
    search1,
    { service: model, meter: 'input_tokens', count: 2, hasPrice: false, missing: three },
  ])

  await publish({ rates: [forModel(input)] })
  expect(await missingOf()).toEqual([
    search1,
    { service: model, meter: 'input_tokens', count: 2, hasPrice: false, missing: three.slice(1) },
  ])
  await follow()
  expect(await charged()).toEqual([])
  expect(await missingOf()).toEqual([
    search1,
    { service: model, meter: 'output_tokens', count: 1, hasPrice: false, missing: ['output_tokens rate.missing'] },
    { service: model, meter: 'pages', count: 1, hasPrice: false, missing: ['pages rate.missing'] },
  ])

  await publish({ rates: [forModel(output)] })
  expect((await missingOf())[1]).toEqual({
    service: model,
    meter: 'output_tokens',
    count: 1,
    hasPrice: true,
    missing: [],
  })
  await follow()
  expect(await charged()).toEqual(['0.506'])
  const listed = { ...search, variant: { tool: 'web_search' } }
  await publish({ rates: [listed] })
  await follow()
  expect((await charged()).toSorted()).toEqual(['0.506', '2'])
  expect(await missingOf()).toMatchObject([{ service: model, meter: 'pages', hasPrice: false }])
})

test('a card that begins later prices nothing of before: the group has no price, and nothing is charged', async () => {
  await use('vendor/later', { pages: 1 })
  const rates = [{ service: 'vendor/later', meter: 'pages', per: '1', price: '1', ...EUR }]
  await publish({ rates }, instantText(Date.now() + 30 * MINUTE_MS))
  expect(await groups()).toContainEqual(expect.objectContaining({ service: 'vendor/later', hasPrice: false }))
  await follow()
  expect(await charged()).toEqual([])
})
