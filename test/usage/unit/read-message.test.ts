import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountBoundId } from '../../../shared/usage/account-bound-id.ts'
import { meters } from '../../../shared/usage/meters.ts'
import type { Read } from '../../../shared/usage/read-event.ts'
import { readMessage } from '../../../shared/usage/read-message.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 16)
const chat = {
  specversion: '1.0',
  type: 'groschen.usage.v1',
  id: 'e-1',
  source: '/chat/eu',
  subject: 'acme',
  time: '2026-11-23T10:15:30.123Z',
  data: {
    user: 'u-17',
    category: 'text',
    service: 'openai/gpt-4o',
    quantities: { input_tokens: 523, output_tokens: '1247' },
  },
}
const read = (value: unknown, now = NOW): Read => readMessage(JSON.stringify(value), now)[0]!
const reading = (body: string) =>
  readMessage(body, NOW).map((one) => (one.kind === 'invalid' ? `${one.reason} ${one.path}`.trim() : one.kind))
const withData = (changes: object) => ({ ...chat, data: { ...chat.data, ...changes } })

describe('reading a message', () => {
  test('takes one event, or an array of them, each judged alone', () => {
    expect(reading(JSON.stringify(chat))).toEqual(['event'])
    expect(reading(JSON.stringify([chat, 7, { ...chat, id: 'e-2' }]))).toEqual(['event', 'event.schema', 'event'])
  })

  test('knows the account and the time of an account-bound id', () => {
    const id = accountBoundId('/chat/eu', 'acme', NOW, 5n)
    expect(read({ ...chat, id })).toMatchObject({ kind: 'event', event: { boundAt: NOW, account: 'acme' } })
    expect(read({ ...chat, id, subject: 'acme-2' })).toMatchObject({
      kind: 'invalid',
      reason: 'event.binding',
      path: '/id',
    })
    expect(read({ ...chat, id, source: '/other' })).toMatchObject({ kind: 'invalid', reason: 'event.binding' })
  })

  test('allows attributes of CloudEvents beside ours, and none beside our data', () => {
    expect(read({ ...chat, traceparent: '00-1-2-01' }).kind).toBe('event')
    expect(read(withData({ discount: 1 }))).toMatchObject({
      reason: 'event.schema',
      path: '/data/discount',
      detail: 'unknown here; leave it out (allowed: user, group, category, service, variant, quantities, reservation)',
    })
  })

  test.each([
    ['a negative quantity', withData({ quantities: { input_tokens: -1 } }), '/data/quantities/input_tokens'],
    ['a fraction of a token', withData({ quantities: { input_tokens: 1.5 } }), '/data/quantities/input_tokens'],
    ['a hexadecimal quantity', withData({ quantities: { seconds: '0x10' } }), '/data/quantities/seconds'],
    ['an exponent', withData({ quantities: { seconds: '1e3' } }), '/data/quantities/seconds'],
    ['a number beside numbers', withData({ quantities: { seconds: 'NaN' } }), '/data/quantities/seconds'],
    ['16 digits', withData({ quantities: { seconds: '1000000000000000' } }), '/data/quantities/seconds'],
    ['23 decimals', withData({ quantities: { seconds: '0.00000000000000000000001' } }), '/data/quantities/seconds'],
    [
      'an object that looks like a Decimal',
      withData({ quantities: { seconds: { toStringTag: '[object Decimal]', s: 1, e: 0, d: [7] } } }),
      '/data/quantities/seconds',
    ],
    ['an unknown meter', withData({ quantities: { smiles: 1 } }), '/data/quantities/smiles'],
    ['no meter', withData({ quantities: {} }), '/data/quantities'],
    ['a lone surrogate', withData({ user: '\ud800' }), '/data/user'],
    ['a control character', withData({ user: 'a\u0000b' }), '/data/user'],
    ['an empty string', withData({ service: '' }), '/data/service'],
    ['a user of 129 characters', withData({ user: 'u'.repeat(129) }), '/data/user'],
    ['another version', { ...chat, specversion: '0.3' }, '/specversion'],
    ['another type', { ...chat, type: 'groschen.usage.v2' }, '/type'],
    ['an account in capitals', { ...chat, subject: 'Acme' }, '/subject'],
    ['a number for a string', { ...chat, id: 7 }, '/id'],
    ['an array for data', { ...chat, data: [] }, '/data'],
  ])('refuses %s, saying where', (_, event, path) => {
    expect(read(event)).toMatchObject({ kind: 'invalid', reason: 'event.schema', path })
  })

  test('tells what is missing from what is of another kind', () => {
    expect(read(withData({ user: undefined }))).toMatchObject({ detail: 'is missing; expected a string' })
    expect(read(withData({ user: 7 }))).toMatchObject({ detail: 'expected a string, found 7' })
    expect(read({ ...chat, data: [] })).toMatchObject({ detail: 'expected an object, found an array' })
  })

  test('names every fault at once, with time and id among them', () => {
    const { specversion: _, ...rest } = withData({ user: null, category: 'txt', quantities: { input_token: 1 } })
    const id = accountBoundId('/chat/eu', 'acme-2', NOW, 5n)
    expect(read({ ...rest, id, time: 'yesterday' })).toMatchObject({
      reason: 'event.schema',
      path: '/specversion',
      detail: [
        'is missing; expected "1.0"',
        '/data/user: expected a string, found null',
        '/data/category: expected one of "text", "image", "api", "other", found "txt"; did you mean "text"?',
        `/data/quantities/input_token: unknown here; did you mean "input_tokens"? (allowed: ${meters.join(', ')})`,
        '/time: expected an RFC 3339 time since 1970, with its zone: 2026-11-23T10:15:30.123Z',
        '/id: this account-bound id was made for another source or account than /chat/eu and acme',
      ].join('; '),
    })
    expect(read({})).toMatchObject({
      detail: expect.stringMatching(/^is missing.*\/type: .*\/data: is missing; expected an object$/),
    })
  })

  test('keeps what it says of a hostile event below 4 KB, and counts what it leaves out', () => {
    const unknown = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${n}${'é'.repeat(200)}`, 1]))
    const { detail } = read(withData({ quantities: unknown })) as Extract<Read, { kind: 'invalid' }>
    expect(new TextEncoder().encode(detail).length).toBeLessThanOrEqual(4096)
    expect(detail).toMatch(/; and \d+ more$/)
  })

  test.each([[1733852206], [undefined], ['x'.repeat(41)], ['1733852206']])(
    'says of the time %j how it is written',
    (time) => {
      const { detail } = read({ ...chat, time }) as Extract<Read, { kind: 'invalid' }>
      expect(detail).toContain('expected an RFC 3339 time since 1970, with its zone: 2026-11-23T10:15:30.123Z')
    },
  )

  test('names an attribute of the envelope that is misspelt', () => {
    const { subject, ...rest } = chat
    expect(read({ ...rest, subjct: subject })).toMatchObject({
      path: '/subject',
      detail: expect.stringMatching(/^is missing; .*; is "subjct" meant for it\?$/),
    })
  })

  test('gives back no more of a name than finds it', () => {
    const { path } = read(withData({ ['x'.repeat(5000)]: 1 })) as Extract<Read, { kind: 'invalid' }>
    expect(path).toBe(`/data/${'x'.repeat(100)}`)
  })

  test.each([
    '2026-11-23',
    '2026-11-23T10:15:30',
    '2026-02-30T00:00:00Z',
    '2026-11-23T24:00:00Z',
    '1969-12-31T23:59:59Z',
    'yesterday',
  ])('refuses the time %s', (time) => {
    expect(read({ ...chat, time })).toMatchObject({ kind: 'invalid', reason: 'event.time' })
  })

  test('reads a time with an offset', () => {
    expect(read({ ...chat, time: '2026-11-23T11:15:30.123456+01:00' })).toMatchObject({
      event: { time: Date.UTC(2026, 10, 23, 10, 15, 30, 123) },
    })
  })

  test.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['NaN', '{"a":NaN}'],
    ['a byte order mark', `\uFEFF${JSON.stringify(chat)}`],
  ])('says of %s that it is no JSON', (_, body) => {
    expect(reading(body)).toEqual(['message.not-json'])
  })

  test.each([
    ['100,000 levels', `{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['nine levels', `{"a":${'{"a":'.repeat(8)}1${'}'.repeat(9)}`],
    [
      '65 names',
      JSON.stringify({ ...chat, ...Object.fromEntries(Array.from({ length: 65 }, (__, n) => [`x${n}`, 1])) }),
    ],
    ['a string of 300 KB', JSON.stringify(withData({ user: 'u'.repeat(300_000) }))],
    ['__proto__', '{"__proto__":{"a":1}}'],
    ['constructor', JSON.stringify(withData({ variant: { constructor: 'x' } }))],
  ])('refuses %s before looking further', (_, body) => {
    expect(reading(body)).toEqual(['event.too-complex'])
  })

  test('refuses an array of none, of more than a thousand, and a message of more than 1 MiB', () => {
    expect(reading('[]')).toEqual(['message.empty'])
    expect(reading(`[${Array(1001).fill('1').join()}]`)).toEqual(['message.too-many-events'])
    expect(reading(`"${'x'.repeat(2 ** 20)}"`)).toEqual(['message.too-large'])
  })

  const at = (milliseconds: number) => new Date(NOW + milliseconds).toISOString()
  const HOURS_48 = 48 * 3_600_000

  test('lets events wait that are more than five minutes ahead, by their time or by their id, until they are not', () => {
    expect(read({ ...chat, time: at(300_000) }).kind).toBe('event')
    expect(read({ ...chat, time: at(300_001) }).kind).toBe('ahead')
    expect(read({ ...chat, id: accountBoundId('/chat/eu', 'acme', NOW + 300_001, 1n) }).kind).toBe('ahead')
    expect(read({ ...chat, time: at(300_001) })).toMatchObject({ until: NOW + 1 })
    expect(read({ ...chat, time: at(300_001) }, NOW + 1).kind).toBe('event')
    expect(read({ ...chat, time: at(HOURS_48) })).toMatchObject({ kind: 'ahead', until: NOW + HOURS_48 - 300_000 })
  })

  test('refuses what is more than 48 hours ahead, by its time or by its id', () => {
    const refused = { kind: 'invalid', reason: 'event.ahead', names: { account: 'acme', id: 'e-1' } }
    expect(read({ ...chat, time: at(HOURS_48 + 1) })).toMatchObject({ ...refused, path: '/time' })
    const id = accountBoundId('/chat/eu', 'acme', NOW + HOURS_48 + 1, 1n)
    expect(read({ ...chat, id })).toMatchObject({ ...refused, path: '/id', names: { id } })
  })

  test('names account, source, id and service of what it refuses, as far as they can be read', () => {
    const names = { account: 'acme', source: '/chat/eu', id: 'e-1', service: 'openai/gpt-4o' }
    expect(read(withData({ quantities: {} }))).toMatchObject({ kind: 'invalid', names })
    expect(read({ ...chat, id: 'x'.repeat(257), data: 7 })).toMatchObject({ names: { account: 'acme' } })
    expect(read({ ...chat, subject: 'a\u0000b', time: 'now' })).not.toHaveProperty('names.account')
    expect(read(withData({ user: 'u'.repeat(300_000) }))).toMatchObject({ reason: 'event.too-complex', names })
    expect(read(null)).toMatchObject({ names: {} })
  })

  test('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify([{ ...chat, data: value }])),
        ),
        (body) => readMessage(body, NOW).length > 0,
      ),
      { numRuns: 2000 },
    )
  })
})
