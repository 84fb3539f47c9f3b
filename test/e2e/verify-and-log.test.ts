import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR } from '../../infra/local/engines/access.ts'
import { startTableEngine } from '../../infra/local/engines/table-engine.ts'
import { type Command, type Ended, launch, newFolder, removeFolder, run } from './command.ts'

const directory = newFolder()
let runner: Command

beforeAll(async () => {
  runner = launch('start', ['--data', directory])
  await runner.says('To stop:')
})

afterAll(() => removeFolder(directory))

const execute = (command: string, ...args: string[]): Promise<Ended> => run(command, args)
const verify = (...args: string[]) => execute('verify', '--data', directory, ...args)
const log = (...args: string[]) => execute('log', 'acme', '--data', directory, ...args)
const lastLine = ({ stdout }: Ended) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as object
const jsonLines = ({ stdout }: Ended) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

const verdict = {
  accounts: 2,
  pages: expect.any(Number),
  entries: expect.any(Number),
  credited: '17000',
  charged: expect.stringMatching(/^\d+(\.\d+)?$/),
  balance: expect.stringMatching(/^-?\d+(\.\d+)?$/),
}

/** Changes the resting folder's tables, as no command can. */
async function meddle(work: (documents: DynamoDBDocumentClient, table: (name: string) => string) => Promise<unknown>) {
  const engine = await startTableEngine({ directory, tables: [], isAllowed: () => true, onChange: () => undefined })
  const client = new DynamoDBClient({ ...OPERATOR, endpoint: engine.address })
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  await work(DynamoDBDocumentClient.from(client), (name) => TableNames.find((one) => one.includes(name)) ?? '')
  client.destroy()
  await engine.stop()
}

describe('while the stack runs', () => {
  test('groschen verify attaches to it and finds nothing wrong', async () => {
    const ended = await verify('--json')
    expect(ended).toMatchObject({ status: 0, stderr: '' })
    expect(lastLine(ended)).toEqual({ ...verdict, violations: 0 })
  })

  test('groschen explain shows how one charge came about, in whatever log it stands', async () => {
    const charges = jsonLines(await log('--json')).filter((entry) => entry.kind === 'charge')
    const { id, page } = charges.find(
      ({ quantities }) => quantities.tool_calls === '2' && quantities.input_tokens === '523',
    )
    const { status, stdout } = await execute('explain', id, '--data', directory)
    expect(status).toBe(0)
    expect(stdout).toContain('523 × 3.00 € / 1,000,000 = 0.001569 €')
    expect(stdout).toContain('add up to 2.66; charged is the exact sum, 2.6533 credits')
    expect(stdout).toMatch(/SHA-256 [0-9a-f]{64}/)
    const json = lastLine(await execute('explain', id, '--data', directory, '--json'))
    expect(json).toMatchObject({ account: 'acme', page, total: { credits: '2.6533' }, rounded: { credits: '2.66' } })
    const nothing = await execute('explain', 'no-such-id', '--data', directory)
    expect(nothing).toMatchObject({ status: 1, stderr: expect.stringContaining('no log has a charge') })
  })

  test('groschen explain lists the charges that have the same id, and takes one by its source', async () => {
    const event = (source: string, pages: number) => ({
      source,
      id: 'of-two-sources',
      subject: 'acme',
      time: new Date().toISOString(),
      data: { user: 'u-17', category: 'text', service: 'google/gemini-2.5-pro', quantities: { input_tokens: pages } },
    })
    const file = join(directory, 'two.json')
    writeFileSync(file, JSON.stringify([event('/one', 1), event('/other', 250_000)]))
    expect((await execute('publish', file, '--data', directory)).status).toBe(0)
    const both = await execute('explain', 'of-two-sources', '--data', directory)
    expect(both).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('--account acme --source /one\n'),
    })
    const { status, stdout } = await execute('explain', 'of-two-sources', '--source', '/other', '--data', directory)
    expect(stdout).toMatch(/input tokens +250,000 +2\.5929 € \/ 1M/)
    expect(stdout).toContain('2.5929 € = 2.5 USD × 0.8643 €/USD × 1.2 (')
    expect(status).toBe(0)
  })

  test('groschen log shows the account from its opening on', async () => {
    const { status, stdout } = await log()
    expect(stdout).toMatch(/^Time \(UTC\) +What +Who +Amount \(€\) +Balance \(€\) +Page +Id\n─+/)
    expect(stdout.split('\n')[2]).toMatch(/account opened +demo +0\.00 +1$/)
    expect(stdout.split('\n')[3]).toMatch(/grant: .+ demo +\+50\.00 +50\.00 +2$/)
    expect(status).toBe(0)
  })
})

describe('after it was stopped', () => {
  beforeAll(async () => {
    runner.signal('SIGTERM')
    await runner.ended
  })

  test('groschen verify reads the folder itself, and says for a person what it read', async () => {
    const { status, stdout } = await verify('--account', 'acme')
    expect(stdout).toMatch(
      /^Verified 1 account, \d+ pages, [\d,]+ entries: credited 50\.00 € \(5,000 credits\) - charged [\d.]+ € \([\d,.]+ credits\) = balance [\d.]+ € \([\d,.]+ credits\); no violation\.\n$/,
    )
    expect(status).toBe(0)
  })

  test('groschen log shows one charge by its id, and how its price came about', async () => {
    const { stdout: all } = await log('--json', '--user', 'heavy-user')
    const [first] = all.split('\n')
    const { id, amount } = JSON.parse(first ?? '')
    const { status, stdout } = await log('--id', id)
    expect(stdout).toMatch(/input tokens +523 +3\.00 € \/ 1M +0\.0016 € +0\.16\n/)
    expect(stdout).toMatch(/Total, exact +0\.026533 € +2\.6533\n/)
    expect(stdout).toMatch(
      /Charged by version 1 of the rate card, in page \d+ of acme, entry \d+\.\nThe balance after it: /,
    )
    expect(status).toBe(0)
    expect(jsonLines(await log('--id', id, '--json'))).toMatchObject([
      { id, amount, total: amount, rows: [{}, {}, {}] },
    ])
  })

  test('groschen log shows what happened in a time, and the balance after each', async () => {
    const entries = jsonLines(await log('--json'))
    const last = entries.at(-1)
    expect(last.balanceAfter.credits).toBe(
      (lastLine(await verify('--json', '--account', 'acme')) as { balance: string }).balance,
    )
    const since = jsonLines(await log('--json', '--since', last.time))
    expect(since.at(-1)).toEqual(last)
    expect((await log('--json', '--until', '2020-01-01')).stderr).toBe('no entry is like that\n')
    expect(since.every(({ time, at }) => (time ?? at) >= last.time)).toBe(true)
  })

  test('groschen verify leaves with 1 and says what is wrong, where, what was expected and what is there', async () => {
    await meddle((documents, table) =>
      documents.send(new DeleteCommand({ TableName: table('Log'), Key: { account: 'acme', seq: 3 } })),
    )
    const ended = await verify('--json')
    expect(ended.status).toBe(1)
    expect(jsonLines(ended)).toContainEqual({
      account: 'acme',
      page: 4,
      check: 'number',
      expected: 'page 3',
      found: 'page 4',
    })
    expect(lastLine(ended)).toEqual({ ...verdict, violations: jsonLines(ended).length - 1 })
    expect((await verify()).stdout).toMatch(/^acme page 4: number: expected page 3, found page 4\n/)
  })
})

describe('called wrongly', () => {
  test.each<[string, string, readonly string[], RegExp]>([
    ['an account that there is not', 'verify', ['--account', 'nobody'], /holds no account nobody; it holds acme/],
    ['a log that there is not', 'log', ['nobody'], /holds no log of an account nobody; it holds acme/],
    ['no account', 'log', [], /missing required argument 'account'/],
    ['a time without a zone', 'log', ['acme', '--since', '2026-11-23T10:15'], /expected a time with its zone/],
    ['an option that there is not', 'verify', ['--fix'], /unknown option '--fix'/],
  ])('%s: status 2, and why', async (_, command, args, why) => {
    const ended = await execute(command, ...args, '--data', directory)
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(why) })
  })

  test('a folder without data: status 2, and what makes some', async () => {
    const { status, stderr } = await execute('verify', '--data', join(directory, 'nowhere'))
    expect(stderr).toContain('npm start -- --data')
    expect(status).toBe(2)
  })

  test.each(['verify', 'log'] as const)('groschen %s --help shows an example', async (command) => {
    const { status, stdout } = await execute(command, '--help')
    expect(stdout).toContain(`Example:\n  npx groschen ${command} `)
    expect(status).toBe(0)
  })
})
