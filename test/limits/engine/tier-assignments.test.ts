import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, opened, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { checkOf, setLimits } from './limit-settings.ts'

let api: Api
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  api = await startApi()
  charge = chargesIn(api.tables)
})
afterAll(() => api.stop())

async function accountWith(changes: object = {}): Promise<string> {
  const account = await opened(api)
  await api.call('grantCredits', { params: { account }, body: { amount: { eur: '1000' }, reason: 'trial' } })
  expect((await setLimits(api, account, changes)).status).toBe(200)
  return account
}

const assign = (account: string, body: object, call: object = {}) =>
  api.call('assignTiers', { params: { account }, body, ...call })
const entries = async (account: string) =>
  (await api.call('listEntries', { params: { account }, query: 'limit=1000' })).body.entries.filter(
    ({ kind }: { kind: string }) => kind === 'user-tiers',
  )
const tierOf = async (account: string, user: string) =>
  (await api.call('getUser', { params: { account }, query: `user=${user}` })).body.tier

describe('a preview of tier assignments', () => {
  test('says how many go from which tier to which, and changes nothing', async () => {
    const account = await accountWith()
    await assign(account, { assignments: [{ user: 'c', tier: 'high' }], preview: false })
    const csv = 'user,tier\na,medium\nb,medium\nc,medium\nd,\n'
    const { status, body } = await assign(account, { csv, preview: true })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      applied: false,
      users: 4,
      unchanged: 1,
      wrong: { lines: 0 },
      over: { users: 0 },
      moves: [
        { to: 'medium', users: 2 },
        { from: 'high', to: 'medium', users: 1 },
      ],
    })
    expect(await entries(account)).toHaveLength(1)
  })

  test('reads columns by their names, in either order', async () => {
    const account = await accountWith()
    const { body } = await assign(account, { csv: 'Tier;User\nmedium;a\n;b\nlow;c;d\n', preview: true })
    expect(body).toMatchObject({ users: 2, wrong: { lines: 1, first: [{ line: 4 }] } })
    expect(body.moves).toEqual([{ to: 'medium', users: 1 }])
    const inOneCell = await assign(account, { csv: '"tier,user"\nlow,a\n', preview: true })
    expect(inOneCell.body.wrong.first).toContainEqual(expect.objectContaining({ line: 1, kind: 'malformed' }))
  })

  test('names every wrong line by its number, with the reason', async () => {
    const account = await accountWith()
    const csv = 'user,tier\na,Midium\nb,very-low\n\nc,low\nc,medium\nd\n,low\n'
    const { body } = await assign(account, { csv, preview: true })
    expect(body.wrong).toMatchObject({
      lines: 5,
      first: [
        { line: 2, kind: 'unknown-tier', user: 'a', detail: 'there is no tier Midium; did you mean "medium"?' },
        { line: 3, kind: 'archived-tier', user: 'b' },
        { line: 6, kind: 'doubled', user: 'c', detail: 'c stands in line 5 too' },
        { line: 7, kind: 'malformed', detail: 'expected two columns, found 1' },
        { line: 8, kind: 'malformed' },
      ],
    })
  })

  test('says who would have spent all of a limit', async () => {
    const account = await accountWith({ defaultTier: 'medium' })
    await charge(account, '500', { user: 'a' })
    await charge(account, '499', { user: 'b' })
    const { body } = await assign(account, { csv: 'user,tier\na,low\nb,low\n', preview: true })
    expect(body.over).toMatchObject({ users: 1, first: [{ user: 'a', tier: 'low' }] })
  })

  test.each([
    ['another header', 'name,level\na,low\n', 1],
    ['nothing at all', '', 1],
    ['a quotation mark that never ends', 'user,tier\na,low\n"b,low\n', 3],
  ])('of a table with %s says so', async (_, csv, line) => {
    const account = await accountWith()
    const { body } = await assign(account, { csv, preview: true })
    expect(body.wrong.first[0]).toMatchObject({ kind: 'malformed', line })
    expect(await assign(account, { csv, preview: false })).toMatchObject({ status: 422 })
  })
})

describe('tier assignments', () => {
  test('count in the next access check, by a list or by a table as German spreadsheets write it', async () => {
    const account = await accountWith()
    const check = checkOf(api, account)
    await charge(account, '500')
    expect(await check()).toMatchObject({ allowed: false })
    const { body } = await assign(account, { csv: '\uFEFFUser;Tier\r\nu-17;medium\r\n"ä;b";high\r\n', preview: false })
    expect(body).toMatchObject({ applied: true, users: 2 })
    expect(await check()).toMatchObject({ allowed: true, limit: { eur: '15.00' } })
    expect(await tierOf(account, 'ä;b')).toBe('high')
    await assign(account, { assignments: [{ user: 'u-17', tier: null }], preview: false })
    expect(await check()).toMatchObject({ allowed: false })
  })

  test('with a wrong line are not applied at all', async () => {
    const account = await accountWith()
    expect(await assign(account, { csv: 'user,tier\na,medium\nb,gold\n', preview: false })).toMatchObject({
      status: 422,
      body: { code: 'tier-assignments.wrong', errors: [{ pointer: '/line/3', detail: 'there is no tier gold' }] },
    })
    expect(await entries(account)).toEqual([])
  })

  test('of ten thousand users take one call, and are the same when it is sent again after its answer got lost', async () => {
    const account = await accountWith()
    const lines = Array.from(
      { length: 10_000 },
      (_, place) => `user-${place}@acme.example,${place % 2 ? 'low' : 'high'}`,
    )
    const body = { csv: `user,tier\n${lines.join('\n')}\n`, preview: false }
    const call = { key: 'all-of-them' }
    const first = await assign(account, body, call)
    expect(first).toMatchObject({ status: 200, body: { applied: true, users: 10_000 } })
    const written = await entries(account)
    expect(written.map(({ part }: { part: number }) => part)).toEqual(
      written.map((_: unknown, place: number) => place + 1),
    )
    await forgetRequests()
    expect(await assign(account, body, call)).toMatchObject({ status: 200, body: { unchanged: 10_000 } })
    expect(await entries(account)).toEqual(written)
    const { body: overview } = await api.call('getLimitsOverview', { params: { account } })
    expect(overview).toMatchObject({ users: 10_000 })
    expect(await tierOf(account, 'user-9999@acme.example')).toBe('low')
  })

  test('of long names take as many entries as they need', async () => {
    const account = await accountWith()
    const assignments = Array.from({ length: 400 }, (_, place) => ({ user: `${'🦜'.repeat(60)}${place}`, tier: 'low' }))
    expect(await assign(account, { assignments, preview: false })).toMatchObject({ status: 200 })
    const written = await entries(account)
    expect(written.length).toBeGreaterThan(1)
    expect(written.flatMap(({ tiers }: { tiers: object[] }) => tiers)).toEqual(assignments)
  })

  test.each([
    ['neither a table nor a list', { preview: true }],
    ['both', { csv: 'user,tier\n', assignments: [{ user: 'a', tier: 'low' }], preview: true }],
    ['an empty list', { assignments: [], preview: true }],
    ['too many users', { csv: `user,tier\n${'a,low\n'.repeat(10_001)}`, preview: true }],
  ])('are refused with %s', async (_, body) => {
    const account = await accountWith()
    expect(await assign(account, body)).toMatchObject({ status: 400, body: { code: 'request.body' } })
  })
})

async function forgetRequests() {
  const TableName = api.tables.names.requests
  const { Items = [] } = await api.tables.documents.send(new ScanCommand({ TableName }))
  for (const { key } of Items) await api.tables.documents.send(new DeleteCommand({ TableName, Key: { key } }))
}
