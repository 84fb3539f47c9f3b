import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, MINUTE_MS } from '../../../../shared/time/instant.ts'
import { type Api, opened, startApi } from '../api.ts'
import { chargesIn } from '../writes.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const body = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'first prices', ...content('20') }
  expect((await api.call('publishRateCard', { body })).status).toBe(201)
})
afterAll(() => api.stop())

const listed = (service: string, listPrice: string, per = '1000000') => ({
  service,
  meter: 'input_tokens',
  per,
  listPrice,
  currency: 'USD',
  source: 'the list',
})

const content = (percent: string, services: readonly string[] = ['openai/gpt-4o', 'google/gemini']) => ({
  listPrices: services.map((service) => listed(service, '2.5')),
  exchangeRates: [{ currency: 'USD', rate: '0.8', day: '2026-11-20', source: 'a bank' }],
  markups: [{ percent }],
})

const inAnHour = () => new Date(Date.now() + 60 * MINUTE_MS).toISOString()
const dearer = () => ({ effectiveFrom: inAnHour(), note: 'dearer', ...content('50') })
const create = (body: unknown, key?: string) => api.call('createRateCardDraft', { body, ...(key && { key }) })
const read = (draft: string) => api.call('getRateCardDraft', { params: { draft } })
const edit = (draft: string, revision: number, body: object) =>
  api.call('editRateCardDraft', { params: { draft }, body: { revision, ...body } })
const publish = (draft: string, revision: number, key?: string) =>
  api.call('publishRateCardDraft', { params: { draft }, body: { revision }, ...(key && { key }) })
const withdraw = (version: number) =>
  api.call('withdrawRateCard', { params: { version: String(version) }, body: { reason: 'put off' } })
const versions = async () => (await api.call('listRateCards')).body.rateCards

async function forgetRequests() {
  const TableName = api.tables.names.requests
  const { Items = [] } = await api.tables.documents.send(new ScanCommand({ TableName }))
  for (const { key } of Items) await api.tables.documents.send(new DeleteCommand({ TableName, Key: { key } }))
}

describe('a draft', () => {
  test('is saved with what is wrong in it, and says what it would change once it can be published', async () => {
    const bad = await create({ ...dearer(), listPrices: [listed('a/b', '1', '7')] })
    expect(bad).toMatchObject({
      status: 201,
      body: { revision: 1, check: { isPublishable: false, faults: [{ pointer: '/listPrices/0' }] } },
    })
    const good = await edit(bad.body.draft, 1, dearer())
    expect(good).toMatchObject({
      status: 200,
      body: { revision: 2, check: { isPublishable: true, changes: { new: 0, changed: 2, gone: 0 } } },
    })
    expect((await read(bad.body.draft)).body).toEqual(good.body)
  })

  test('that others have edited is not overwritten', async () => {
    const { draft } = (await create(dearer())).body
    await edit(draft, 1, { ...dearer(), note: 'by one' })
    expect(await edit(draft, 1, { ...dearer(), note: 'by another' })).toMatchObject({
      status: 409,
      body: { code: 'draft.changed', detail: expect.stringContaining('at revision 2, edited by olga') },
    })
    expect((await read(draft)).body.note).toBe('by one')
  })

  test('sent again after its answer got lost is the same draft, and the same edit', async () => {
    const body = dearer()
    const { draft } = (await create(body, 'lost')).body
    await forgetRequests()
    expect((await create(body, 'lost')).body).toMatchObject({ draft, revision: 1 })
    const change = { ...body, note: 'changed' }
    expect((await edit(draft, 1, change)).body.revision).toBe(2)
    await forgetRequests()
    expect((await edit(draft, 1, change)).body).toMatchObject({ revision: 2, note: 'changed' })
  })

  test('can begin with what a version was made of, and gives the same prices then', async () => {
    const from = await create({ from: 1, effectiveFrom: inAnHour(), note: 'like the first' })
    expect(from.body.card).toMatchObject(content('20'))
    expect(from.body.check.changes).toEqual({ new: 0, changed: 0, gone: 0 })
    const mixed = await create({ from: 1, ...dearer() })
    expect(mixed).toMatchObject({ status: 400, body: { errors: [{ pointer: '/listPrices' }] } })
  })

  test('that holds thousands of prices is kept whole', async () => {
    const many = content(
      '20',
      Array.from({ length: 9000 }, (_, n) => `vendor-${(n * 7919) % 9001}/model-${n}`),
    )
    const { draft } = (await create({ ...dearer(), ...many })).body
    expect((await read(draft)).body.card.listPrices).toEqual(many.listPrices)
  })

  test('thrown away is gone, unless somebody has edited it meanwhile', async () => {
    const { draft } = (await create(dearer())).body
    await edit(draft, 1, dearer())
    const discard = (revision: number) => api.call('discardRateCardDraft', { params: { draft }, body: { revision } })
    expect((await discard(1)).body.code).toBe('draft.changed')
    expect((await discard(2)).status).toBe(200)
    expect((await read(draft)).status).toBe(404)
  })

  test('is listed, a page at a time', async () => {
    const all = (await api.call('listRateCardDrafts')).body.drafts
    const first = (await api.call('listRateCardDrafts', { query: 'limit=2' })).body
    const rest = (await api.call('listRateCardDrafts', { query: `after=${first.next}` })).body
    expect([...first.drafts, ...rest.drafts]).toEqual(all)
  })
})

describe('publishing a draft', () => {
  test('makes one version of it, however often and by whomever it is asked', async () => {
    const before = (await versions()).length
    const { draft } = (await create(dearer())).body
    const another = { sub: 'otto', scope: 'operate' }
    const replies = await Promise.all([
      publish(draft, 1),
      publish(draft, 1),
      api.call('publishRateCardDraft', { params: { draft }, body: { revision: 1 }, claims: another }),
    ])
    expect(new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body.version)).size).toBe(1)
    expect((await versions()).length).toBe(before + 1)
    await forgetRequests()
    expect((await publish(draft, 1)).body.version).toBe((await versions()).at(-1).version)
    expect((await read(draft)).status).toBe(404)
    expect((await withdraw((await versions()).at(-1).version)).status).toBe(200)
  })

  test('is refused while something is wrong in it, and it stays', async () => {
    const { draft } = (await create({ ...dearer(), effectiveFrom: new Date().toISOString() })).body
    expect(await publish(draft, 1)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/effectiveFrom' }] } })
    expect((await read(draft)).status).toBe(200)
  })
})

describe('a version', () => {
  test('can be withdrawn before it takes effect: it prices nothing, stays to be seen, and the next number is free', async () => {
    const { version } = (await api.call('publishRateCard', { body: dearer() })).body
    const reply = await withdraw(version)
    expect(reply.body.withdrawn).toMatchObject({ version: version + 1, reason: 'put off', actor: 'olga' })
    expect((await withdraw(version)).body.withdrawn).toEqual(reply.body.withdrawn)
    const shown = await api.call('getRateCard', { params: { version: String(version) } })
    expect(shown.body.withdrawn).toEqual(reply.body.withdrawn)
    const { models } = (await api.call('listModels', { query: 'service=openai%2Fgpt-4o' })).body
    expect(models[0].upcoming).toEqual([])
    const next = await api.call('publishRateCard', { body: dearer() })
    expect(next.body.version).toBe(version + 2)
    await withdraw(next.body.version)
  })

  test('in force, or about to be, can not', async () => {
    expect(await withdraw(1)).toMatchObject({ status: 422, body: { code: 'rate-card.in-force' } })
    const effectiveFrom = new Date(Date.now() + 10 * MINUTE_MS + 300).toISOString()
    const { version } = (await api.call('publishRateCard', { body: { ...dearer(), effectiveFrom } })).body
    await new Promise((done) => setTimeout(done, 400))
    expect((await withdraw(version)).body.code).toBe('rate-card.in-force')
  })

  test('shows what it changes, against the one before or any other, a page at a time', async () => {
    const { version } = (await api.call('publishRateCard', { body: { ...dearer(), ...content('100') } })).body
    const changes = (query: string) => api.call('listRateCardChanges', { params: { version: String(version) }, query })
    const { body } = await changes('from=1')
    expect(body).toMatchObject({ against: 1, changes: [{ percent: '66.67' }, { percent: '66.67' }] })
    const first = (await changes('from=1&limit=1')).body
    expect((await changes(`from=1&limit=1&after=${first.next}`)).body.changes).toEqual(body.changes.slice(1))
    await withdraw(version)
  })

  test('shows what becomes of price-neutral variants, as its draft did: usage parks without them', async () => {
    const neutral = {
      effectiveFrom: inAnHour(),
      note: 'regions',
      ...content('50'),
      priceNeutralVariants: [{ name: 'region' }],
    }
    const regions = { before: [], after: [{ name: 'region' }] }
    const { draft, check } = (await create(neutral)).body
    expect(check.changes).toEqual({ new: 0, changed: 0, gone: 0, priceNeutralVariants: regions })
    const ofDraft = (await api.call('listDraftChanges', { params: { draft } })).body
    expect(ofDraft).toMatchObject({ changes: [], priceNeutralVariants: regions })
    const { version } = (await publish(draft, 1)).body
    const changes = async (of: number, from: number) =>
      (await api.call('listRateCardChanges', { params: { version: String(of) }, query: `from=${from}` })).body
    expect((await changes(version, 1)).priceNeutralVariants).toEqual(regions)
    expect((await changes(1, version)).priceNeutralVariants).toEqual({ before: regions.after, after: [] })
    expect(await changes(version, version)).toEqual({ against: version, changes: [] })
    await withdraw(version)
  })

  test("shows an account its own prices and nobody else's, and not who published it", async () => {
    const own = { service: 'openai/gpt-4o', meter: 'input_tokens', per: '1', price: '1', currency: 'EUR' }
    const rates = [
      { ...own, account: 'acme' },
      { ...own, account: 'beta' },
    ]
    const markups = [{ percent: '20' }, { account: 'beta', percent: '5' }, { account: 'acme', percent: '6' }]
    const body = { ...dearer(), ...content('20'), rates, markups }
    const { version } = (await api.call('publishRateCard', { body })).body
    const claims = { sub: 'anna', scope: 'account:read', account: 'acme' }
    const shown = await api.call('getRateCard', { params: { version: String(version) }, claims })
    expect(JSON.stringify(shown.body)).not.toContain('beta')
    expect(shown.body.rates).toContainEqual(own)
    expect(shown.body.rates).toHaveLength(2)
    expect(shown.body.publishedBy).toBeUndefined()
    await withdraw(version)
  })
})

describe('what recent usage would have cost by a draft', () => {
  test('is told by account, to the last digit, with what would have no price', async () => {
    const account = await opened(api)
    const charge = chargesIn(api.tables)
    const old = Date.now() - 40 * DAY_MS
    await charge(account, '240', { time: old, boundAt: undefined, id: 'long ago' })
    await charge(account, '240')
    await charge(account, '240', { service: 'openai/gpt4o' })
    const { draft } = (await create({ ...dearer(), ...content('50', ['openai/gpt-4o']) })).body
    const costs = (query: string) => api.call('previewDraftCosts', { params: { draft }, query })
    const { body } = await costs(`account=${account}`)
    expect(body.accounts).toEqual([
      {
        account,
        charges: 2,
        before: { eur: '4.80', credits: '480' },
        after: { eur: '3.00', credits: '300' },
        difference: { eur: '-1.80', credits: '-180' },
        unpriced: [
          {
            service: 'openai/gpt4o',
            meter: 'input_tokens',
            reason: 'rate.missing',
            detail: 'no price for input_tokens of openai/gpt4o, which no rate names; did you mean "openai/gpt-4o"?',
            charges: 1,
            cost: { eur: '2.40', credits: '240' },
          },
        ],
      },
    ])
    expect((await costs(`account=${account}&days=60`)).body.accounts[0].charges).toBe(3)
    expect((await costs('')).body.accounts).toContainEqual(body.accounts[0])
  })
})
