import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Command, launch, newFolder, removeFolder, run } from './command.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/trace.csv', import.meta.url))

/** 124,553 input tokens at 3.00 € and 5,944 output tokens at 12.00 € a million. */
const COST = '44.4987'
const ROWS = 40

const directory = newFolder()
afterAll(() => removeFolder(directory))

const replay = async (...args: string[]) => {
  const { status, stdout, stderr } = await run('replay', [FIXTURE, '--data', directory, ...args])
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Readonly<Record<string, unknown>>
}

test('a replay runs a stack of its own where none runs', { timeout: 120_000 }, async () => {
  expect(await replay('--json')).toMatchObject({ rows: ROWS, charged: COST, replayed: 0 })
})

describe('a replay into a running stack', () => {
  let runner: Command

  beforeAll(async () => {
    runner = launch('start', ['--data', directory, '--no-demo'])
    await runner.says('To stop:')
  })

  afterAll(async () => {
    runner.signal('SIGTERM')
    await runner.ended
  })

  test('charges nothing for what was charged before that stack ran', async () => {
    expect(await replay()).toMatchObject({ rows: ROWS, charged: '0', replayed: ROWS })
  })

  test('charges 44.4987 credits in each of the other ways, also at once, and then 0', {
    timeout: 120_000,
  }, async () => {
    const ways = [
      ['--at', 'original', '--ids', 'plain'],
      ['--at', 'now', '--ids', 'bound'],
      ['--at', 'now', '--ids', 'plain'],
    ]
    const allWays = () => Promise.all(ways.map((way) => replay(...way)))
    const settled = { rows: ROWS, parked: 0, quarantined: 0 }
    expect(await allWays()).toEqual(ways.map(() => expect.objectContaining({ ...settled, charged: COST, replayed: 0 })))
    expect(await allWays()).toEqual(
      ways.map(() => expect.objectContaining({ ...settled, charged: '0', replayed: ROWS })),
    )
  })

  test('of a model without a price parks every row', async () => {
    const parked = await replay('--service', 'mistral/mistral-next', '--account', 'trace-2')
    expect(parked).toMatchObject({ rows: ROWS, charged: '0', parked: ROWS, balance: '10000' })
  })

  test('of a file with other columns leaves with status 2 and says why', async () => {
    const { status, stderr } = await run('replay', [FIXTURE, '--input-column', 'in', '--data', directory])
    expect(status).toBe(2)
    expect(stderr).toContain('no column in; the file has TIMESTAMP')
  })
})
