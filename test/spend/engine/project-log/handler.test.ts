import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { handler as Handler } from '../../../../functions/project-log/handler.ts'
import { charged, granted, opened } from '../../../world/pages.ts'
import { type Log, startWorld, type World } from './world.ts'

let world: World
let handler: typeof Handler
beforeAll(async () => {
  world = await startWorld()
  const { log, snapshots, accounts } = world.ports
  Object.assign(process.env, {
    LOG_TABLE: log.name,
    SNAPSHOTS_TABLE: snapshots.name,
    ACCOUNTS_TABLE: accounts.name,
    EVENT_BUS: 'domain-events',
    TOP_UP_QUEUE_URL: 'http://127.0.0.1:9/top-ups',
    AWS_ENDPOINT_URL_EVENTBRIDGE: world.bus.endpoint,
    ARCHIVE_BUCKET: world.archive.bucket,
    AWS_ENDPOINT_URL_S3: world.archive.endpoint,
    POWERTOOLS_SERVICE_NAME: 'project-log',
    POWERTOOLS_METRICS_NAMESPACE: 'Groschen',
  })
  // Made anew from this file's environment: test files share a process.
  vi.resetModules()
  const wired = await import('../../../../functions/project-log/handler.ts')
  handler = wired.handler
})
afterAll(() => world.stop())

const lines: string[] = []
beforeEach(() => {
  lines.length = 0
  world.bus.refuse = () => false
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
  }
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** What the function wrote as metrics. */
const metrics = (): Readonly<Record<string, unknown>> =>
  Object.assign({}, ...lines.filter((line) => line.includes('"CloudWatchMetrics"')).map((line) => JSON.parse(line)))

const context = { getRemainingTimeInMillis: () => 60_000, awsRequestId: 'request-1' } as Context

const hintTo = ({ account }: Log, seq: number, eventName: DynamoDBRecord['eventName'] = 'INSERT'): DynamoDBRecord => ({
  ...(eventName && { eventName }),
  dynamodb: { Keys: { account: { S: account }, seq: { N: String(seq) } } },
})

const woken = (...Records: DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records })
const lowAccount = () => world.openAccount([opened('1000'), granted('1500')], [charged('600')])

describe('the function', () => {
  test('takes the stream for a hint: repeated, reordered, ahead of the log or behind it makes no difference', async () => {
    const log = await lowAccount()
    const hints = [hintTo(log, 2), hintTo(log, 1), hintTo(log, 2), hintTo(log, 99)]
    await handler(woken(...hints), context)
    await handler(woken(...hints.toReversed()), context)
    expect(log.notices()).toEqual([`${log.account}#2#1000`])
  })

  test('counts what it did', async () => {
    const log = await lowAccount()
    await handler(woken(hintTo(log, 2)), context)
    expect(metrics()).toMatchObject({ service: 'project-log', NoticesPublished: 1, PagesFolded: 2 })
    expect(metrics()['LogLagSeconds']).toEqual(expect.any(Number))
  })

  test('raises the alarm for a page that was changed or removed', async () => {
    const log = await lowAccount()
    await handler(woken(hintTo(log, 1, 'MODIFY'), hintTo(log, 2, 'REMOVE')), context)
    expect(metrics()).toMatchObject({ BrokenChains: [1, 1] })
    expect(lines.filter((line) => line.includes('"change":"MODIFY"'))).toHaveLength(1)
    expect(log.notices()).toHaveLength(1)
  })

  test('goes on with other accounts when one is broken, and asks for no second call', async () => {
    const broken = await lowAccount()
    const [page] = await broken.append([charged('1')])
    await broken.damage(page!, { b: 10_000 })
    const fine = await lowAccount()
    await handler(woken(hintTo(broken, 3), hintTo(fine, 2)), context)
    expect(metrics()).toMatchObject({ BrokenChains: 1, NoticesPublished: 1 })
    expect(fine.notices()).toHaveLength(1)
  })

  test('asks to be called again when the bus refused, after seeing to the others', async () => {
    const refused = await lowAccount()
    const fine = await lowAccount()
    world.bus.refuse = (id) => id.startsWith(refused.account)
    const call = handler(woken(hintTo(refused, 2), hintTo(fine, 2)), context)
    await expect(call).rejects.toMatchObject({ code: 'project-log.not-projected' })
    expect(fine.notices()).toHaveLength(1)

    world.bus.refuse = () => false
    await handler(woken(hintTo(refused, 2), hintTo(fine, 2)), context)
    expect([refused, fine].map((log) => log.notices().length)).toEqual([1, 1])
  })

  test('sweeps when the schedule says so', async () => {
    const log = await lowAccount()
    await handler({ sweep: true }, context)
    expect(log.notices()).toHaveLength(1)
    expect(metrics()['AccountsSwept']).toBeGreaterThanOrEqual(1)
  })
})
