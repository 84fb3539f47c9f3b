import { describe, expect, test } from 'vitest'
import { Failure } from '../../../infra/cli/lib/failure.ts'
import { completeEvent } from '../../../infra/cli/lib/publish/complete-event.ts'
import { checkEvents, readEvents } from '../../../infra/cli/lib/publish/read-events.ts'
import { accountBoundId, readBoundId } from '../../../shared/usage/account-bound-id.ts'
import { readMessage } from '../../../shared/usage/read-message.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 15, 30)
const filling = { now: NOW, random: () => 123_456_789n }
const data = '"data":{"user":"u","category":"text","service":"openai/gpt-4o","quantities":{"input_tokens":1}}'
const complete = (text: string) => completeEvent(text, filling).event

describe('publishing', () => {
  test('fills in all that can be known', () => {
    const event = complete(`{"subject":"acme",${data}}`)
    expect(readMessage(event.text, NOW)[0]).toMatchObject({
      kind: 'event',
      event: { account: 'acme', source: '/publish', id: event.id, time: NOW, boundAt: NOW },
    })
  })

  test("makes the id for the event's own time, source and account", () => {
    const event = complete(`{"subject":"acme","source":"/mine","time":"2026-01-01T00:00:00Z",${data}}`)
    expect(readBoundId(event.id!)?.time).toBe(Date.UTC(2026, 0, 1))
    expect(readMessage(event.text, NOW)[0]?.kind).toBe('event')
  })

  test('changes nothing that stands there', () => {
    const whole = `{ "specversion":"1.0", "type":"t", "datacontenttype":"d", "id":"i", "source":"s", "time":"t", "subject":7 }`
    expect(complete(whole)).toEqual({ text: whole, account: undefined, source: 's', id: 'i' })
  })

  test('knows the time of an account-bound id, and wants one beside any other id', () => {
    const id = accountBoundId('/publish', 'acme', NOW - 5000, 1n)
    expect(readMessage(complete(`{"subject":"acme","id":"${id}",${data}}`).text, NOW)[0]).toMatchObject({
      event: { time: NOW - 5000, boundAt: NOW - 5000 },
    })
    expect(() => complete(`{"subject":"acme","id":"order-17",${data}}`)).toThrow('"order-17" comes without a time')
  })

  test('tells whether it made the id: published again, that is another event', () => {
    expect(completeEvent(`{"subject":"acme",${data}}`, filling).isIdMade).toBe(true)
    expect(completeEvent(`{"id":"i","time":"2026-01-01T00:00:00Z",${data}}`, filling).isIdMade).toBe(false)
  })

  test.each([
    ['{"data":{"quantities":{"input_tokens":1e30000000}}}', '"input_tokens":1e30000000'],
    ['{"__proto__":{"id":"x"}}', '"__proto__":{"id":"x"}'],
    ['{"data":"\\ud800"}', '"\\ud800"'],
    ['{}', '{"specversion":"1.0"'],
  ])('sends %s to the letter, with members added', (text, kept) => {
    const { text: sent } = complete(text)
    expect(sent).toContain(kept)
    expect(Object.keys(JSON.parse(sent) as object)).toContain('id')
  })

  test.each(['5', 'null', '"text"', '[1]'])('leaves %s alone: the edge refuses it with a reason', (text) => {
    expect(complete(text).text).toBe(text)
  })
})

describe('before anything is sent', () => {
  const sound = complete(`{"subject":"acme",${data}}`)
  const sorry = complete(`{"subject":"Acme",${data.replace('input_tokens', 'input_token').replace('1}', '1.5}')}}`)

  test('events are read as the consumer reads them', () => {
    expect(() => checkEvents([sound, sound], NOW)).not.toThrow()
    expect(() => checkEvents([sound, sorry], NOW)).toThrow(Failure)
    expect(() => checkEvents([sound, sorry], NOW)).toThrow(
      /^nothing was sent: 1 of 2 events are not valid\n {2}event 2: event.schema \/subject: .*; did you mean "input_tokens"\?/,
    )
  })

  test('of many faults as many are told as a person reads', () => {
    const lines = (() => {
      try {
        checkEvents(Array(100).fill(sorry), NOW)
      } catch (error) {
        return (error as Error).message.split('\n')
      }
      return []
    })()
    expect(lines).toHaveLength(22)
    expect(lines.at(-1)).toBe('  and 80 more')
  })

  test('what may become valid is let through: an account that is not open yet, a time ahead', () => {
    const ahead = complete(`{"subject":"nobody","time":"2026-11-24T10:00:00Z",${data}}`)
    expect(() => checkEvents([ahead], NOW)).not.toThrow()
  })
})

describe('the input of publish', () => {
  const read = (text: string) => readEvents(Buffer.from(text))

  test('is one event, or an array of them, to the letter', () => {
    expect(read('\n{"a": 1e400}\n')).toEqual(['{"a": 1e400}'])
    expect(read('[{"a":1}, {"b":[1,2]} ,3]')).toEqual(['{"a":1}', '{"b":[1,2]}', '3'])
  })

  test('may begin with a byte order mark', () => {
    expect(read('\uFEFF{}')).toEqual(['{}'])
  })

  test.each([
    ['nothing', '', 'the input is empty'],
    ['broken JSON', '{"a":', 'not JSON'],
    ['NaN', '{"a":NaN}', 'not JSON'],
    ['an empty array', '[]', 'no event'],
  ])('%s is misuse', (_, text, why) => {
    expect(() => read(text)).toThrow(why)
    expect(() => read(text)).toThrow(Failure)
  })

  test('bytes that are no UTF-8 are misuse', () => {
    expect(() => readEvents(Uint8Array.of(0x22, 0xff, 0x22))).toThrow('not UTF-8')
  })

  test('as deep as a hundred thousand levels is read all the same', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(() => read(`{"a":${deep}}`)).not.toThrow(RangeError)
  })
})
