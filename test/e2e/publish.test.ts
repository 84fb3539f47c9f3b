import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { bookOfEvents } from '../../infra/cli/lib/api/account-book.ts'
import { deliver } from '../../infra/cli/lib/events/deliver.ts'
import type { Became } from '../../infra/cli/lib/events/outcome-of-events.ts'
import type { OutgoingEvent } from '../../infra/cli/lib/events/outgoing-event.ts'
import { usageEvent } from '../../infra/cli/lib/events/outgoing-event.ts'
import { accessTo, type StackAccess } from '../../infra/cli/lib/place.ts'
import { completeEvent } from '../../infra/cli/lib/publish/complete-event.ts'
import { connectStack } from '../../infra/local/stack.ts'
import { accountBoundId } from '../../shared/usage/account-bound-id.ts'
import { readCases } from '../world/cases.ts'
import { run } from './command.ts'

const directory = inject('shared')
let access: StackAccess

beforeAll(async () => {
  access = await accessTo((await connectStack(directory))!, 'operator')
  await access.api.post('/v1/accounts', { account: 'acme', name: 'Acme' }, 'open')
  await access.api.post('/v1/accounts/acme/grants', { amount: { eur: '50.00' }, reason: 'Test' }, 'grant')
})

const publish = (input: string, ...args: string[]) => run('publish', ['-', '--data', directory, ...args], { input })

const use = (quantities: object, service = 'openai/gpt-4o') => ({ user: 'u', category: 'text', service, quantities })
const chat = use({ input_tokens: 523, output_tokens: 1247, tool_calls: 2 })

describe('groschen publish', () => {
  test('fills in what is missing, and shows the receipt', async () => {
    const { status, stdout } = await publish(JSON.stringify({ subject: 'acme', data: chat }))
    expect(stdout).toContain('charged 0.026533 € (2.6533 credits)')
    expect(stdout).toMatch(/output tokens +1,247 +12\.00 € \/ 1M +0\.0150 € +1\.50\n/)
    expect(status).toBe(0)
  })

  test('saves events with the ids it had to make: published from there, they are charged once', async () => {
    const folder = join(directory, 'published')
    const before = new Set(existsSync(folder) ? readdirSync(folder) : [])
    await publish(JSON.stringify(Array.from({ length: 60 }, () => ({ subject: 'acme', data: chat }))))
    const [saved] = readdirSync(folder).filter((name) => !before.has(name))
    const { status, stdout, stderr } = await run('publish', [join(folder, saved!), '--data', directory])
    expect(stdout).toMatch(/replayed .* 60 /)
    expect(stderr).not.toContain('would charge')
    expect(status).toBe(0)
  })

  test('warns of ids it had to make, and refuses an id without a time', async () => {
    const { stderr } = await publish(JSON.stringify([{ subject: 'acme', data: chat }]))
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('publishing the same input again would charge it again')
    const refused = await publish(JSON.stringify([{ id: 'order-17', subject: 'acme', data: chat }]))
    expect(refused.stderr).toContain('standard input: event 1: the id "order-17" comes without a time')
    expect(refused.status).toBe(2)
  })

  test('says of each of several events what became of it', { timeout: 120_000 }, async () => {
    const twice = { subject: 'acme', source: '/mine', id: 'twice', time: '2026-01-01T00:00:00Z', data: chat }
    const dearer = { ...twice, data: use({ input_tokens: 524 }) }
    await publish(JSON.stringify(twice))
    const events = [
      twice,
      dearer,
      { subject: 'acme', data: use({ input_tokens: 1 }, 'x/y') },
      { subject: 'nobody', data: chat },
    ]
    const { status, stdout } = await publish(JSON.stringify(events))
    const said = stdout.replaceAll(/\s+/g, ' ')
    expect(said).toContain('/mine twice: replayed')
    expect(said).toContain('/mine twice: quarantined, event.conflict')
    expect(said).toContain('parked, rate.missing: no price for input_tokens of x/y')
    expect(said).toContain('quarantined, account.unknown')
    expect(status).toBe(1)
  })

  test('quarantined events are redriven once their account is open, and charged once', {
    timeout: 120_000,
  }, async () => {
    const event = { subject: 'later', source: '/mine', id: 'later', time: '2026-01-01T00:00:00Z', data: chat }
    expect((await publish(JSON.stringify(event))).stdout).toContain('quarantined, account.unknown')
    const redrive = (...args: string[]) => run('redrive', ['--account', 'later', '--data', directory, ...args])
    const early = await redrive()
    expect(early.stdout).toMatch(/quarantined +1 +not valid/)
    expect(early.status).toBe(1)
    await access.api.post('/v1/accounts', { account: 'later', name: 'Later' }, 'open-later')
    const none = { replayed: 0, parked: 0, ahead: 0, quarantined: 0, failed: 0 }
    for (const charged of [1, 0]) {
      const { status, stdout } = await redrive('--json')
      expect(JSON.parse(stdout)).toEqual({ charged, ...none })
      expect(status).toBe(0)
    }
    expect(await access.api.get('/v1/accounts/later/balance')).toMatchObject({ balance: { credits: '-2.6533' } })
    expect((await run('redrive', ['--data', directory])).status).toBe(2)
  })

  test('leaves with status 2 for what is not JSON', async () => {
    const { status, stderr } = await publish('{"subject":"acme","data":NaN}')
    expect(stderr).toContain('not JSON')
    expect(status).toBe(2)
  })

  test('sends nothing where an event is not valid, and says all that is wrong with it', async () => {
    const sound = { subject: 'acme', source: '/mine', id: 'unsent', time: '2026-01-01T00:00:00Z', data: chat }
    const { status, stderr } = await publish(
      JSON.stringify([sound, { subject: 'acme', data: { ...use({ input_token: 1 }), category: 'txt' } }]),
    )
    expect(status).toBe(2)
    expect(stderr).toMatch(/nothing was sent: 1 of 2 events are not valid\n {2}event 2: event\.schema /)
    expect(stderr).toContain('did you mean "text"?')
    expect(stderr).toContain('did you mean "input_tokens"?')
    expect((await publish(JSON.stringify(sound))).stdout).toContain('charged 0.026533 € (2.6533 credits)')
  })

  test('charges a user whose name is raw emoji, and seconds as a vendor sends them (reports B44, B33)', async () => {
    const { cases } = readCases('public-reports.json') as {
      cases: { id: string; input: { publish: { user: string } } }[]
    }
    const { user } = cases.find(({ id }) => id === 'B44')!.input.publish
    expect(user).toMatch(/^\p{Emoji}$/u)
    const quantities = '{"seconds":8.470000267028809}'
    const { status, stdout } = await publish(
      `{"subject":"acme","data":{"user":"${user}","category":"other","service":"openai/whisper-1","quantities":${quantities}}}`,
    )
    expect(stdout).toMatch(/charged [0-9.]+ € \([0-9.]+ credits\)/)
    expect(status).toBe(0)
  })

  test('says what to do when no stack runs', async () => {
    const { status, stderr } = await run('publish', ['-', '--data', `${directory}-elsewhere`], { input: '{}' })
    expect(stderr).toContain('in another terminal, or name a deployed stage by --stage')
    expect(status).toBe(1)
  })
})

const source = '/hostile'
const now = Date.now()
const filling = { now, random: () => BigInt(`0x${randomBytes(7).toString('hex')}`) }
const good = (): OutgoingEvent => completeEvent(JSON.stringify({ source, subject: 'acme', data: chat }), filling).event

/** A good event with a part of its text replaced. */
function spoiled(what: string | RegExp, by: string, isAlone = false): OutgoingEvent {
  const event = good()
  expect(event.text).toMatch(what)
  return { ...event, text: event.text.replace(what, () => by), isAlone }
}

const ahead = (minutes: number): OutgoingEvent => {
  const time = Date.now() + minutes * 60_000
  const id = accountBoundId(source, 'acme', time, filling.random())
  return usageEvent({
    ...use({ input_tokens: 1 }),
    category: 'text',
    account: 'acme',
    source,
    id,
    time,
    quantities: { input_tokens: 1 },
  })
}

const hostile: readonly (readonly [string, string, () => OutgoingEvent])[] = [
  ['nested 500 deep', 'event.too-complex', () => spoiled('"u"', `${'['.repeat(500)}${']'.repeat(500)}`)],
  ['nested 50,000 deep', 'event.too-complex', () => spoiled('"u"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`)],
  ['with 1e30000000 tokens', 'event.schema', () => spoiled('523', '1e30000000')],
  ['with "1e30000000" tokens', 'event.schema', () => spoiled('523', '"1e30000000"')],
  ['with "0x10" tokens', 'event.schema', () => spoiled('523', '"0x10"')],
  ['with "NaN" tokens', 'event.schema', () => spoiled('523', '"NaN"')],
  ['with NaN tokens', 'message.not-json', () => spoiled('523', 'NaN', true)],
  ['with -0.5 tokens', 'event.schema', () => spoiled('523', '-0.5')],
  ['with 523 tokens as a list', 'event.schema', () => spoiled('523', '[523]')],
  ['with an own __proto__', 'event.too-complex', () => spoiled('"user"', '"__proto__":{"service":"x/free"},"user"')],
  ['with a constructor', 'event.too-complex', () => spoiled('"user"', '"constructor":{"prototype":{}},"user"')],
  ['with a user of 300 KB', 'event.too-complex', () => spoiled('"u"', `"${'x'.repeat(300 * 1024)}"`)],
  [
    'with an extension of 300 KB',
    'event.too-complex',
    () => spoiled('"data"', `"extra":"${'ä'.repeat(150 * 1024)}","data"`),
  ],
  ['with a lone surrogate', 'event.schema', () => spoiled('"u"', '"\\ud800"')],
  ['with a control character', 'event.schema', () => spoiled('"u"', '"\\u0000"')],
  ['behind a byte order mark', 'message.not-json', () => spoiled(/^\{/, '\uFEFF{', true)],
  ['with a number for the user', 'event.schema', () => spoiled('"u"', '7')],
  ['that is null', 'event.schema', () => ({ ...good(), text: 'null' })],
  ['that is a list', 'event.schema', () => ({ ...good(), text: '[[]]' })],
  ['a year ahead of now', 'event.ahead', () => ahead(365 * 24 * 60)],
]

describe('hostile events, each between two good ones', () => {
  const became = new Map<string, readonly (Became | undefined)[]>()

  beforeAll(async () => {
    const events = hostile.flatMap(([, , make]) => [good(), make(), good()])
    const delivered = await deliver(access, bookOfEvents(access.api, events), events)
    for (const [place, [name]] of hostile.entries()) became.set(name, delivered.became.slice(place * 3, place * 3 + 3))
  }, 60_000)

  test.each(hostile)('an event %s is quarantined with %s, its batch mates are charged', (name, reason) => {
    const charged = { kind: 'charged', credits: '2.6533' }
    expect(became.get(name)).toEqual([charged, expect.objectContaining({ kind: 'quarantined', reason }), charged])
  })

  test('an event ten minutes ahead waits for its time', async () => {
    const events = [ahead(10)]
    const delivered = await deliver(access, bookOfEvents(access.api, events), events)
    expect(delivered).toMatchObject({ settled: 'settled', became: [{ kind: 'ahead' }] })
  })

  test('and the stack still serves', async () => {
    expect(await access.api.get('/v1/health')).toMatchObject({ status: 'ok' })
  })
})
