import { describe, expect, test } from 'vitest'
import type { OutgoingEvent } from '../../../infra/cli/lib/events/outgoing-event.ts'
import { EventTooLarge, envelopesOf, requestsOf } from '../../../infra/cli/lib/events/queue-sender.ts'

const MIB = 1024 * 1024

const event = (text: string, isAlone = false): OutgoingEvent => ({
  text,
  account: undefined,
  source: undefined,
  id: undefined,
  isAlone,
})

const many = (count: number, text = '{}') => Array.from({ length: count }, () => event(text))

describe('envelopes', () => {
  test('hold a hundred events each, in their order', () => {
    const envelopes = envelopesOf(Array.from({ length: 250 }, (_, place) => event(String(place))))
    expect(envelopes.map(({ events }) => events.length)).toEqual([100, 100, 50])
    expect(envelopes.flatMap(({ body }) => JSON.parse(body) as number[])).toEqual(
      Array.from({ length: 250 }, (_, n) => n),
    )
  })

  test('are never larger than a message may be, counted in bytes', () => {
    const envelopes = envelopesOf(many(10, JSON.stringify('ä'.repeat(100_000))))
    expect(Math.max(...envelopes.map(({ body }) => Buffer.byteLength(body)))).toBeLessThanOrEqual(MIB)
    expect(envelopes.flatMap(({ events }) => events)).toHaveLength(10)
  })

  test('leave alone what would spoil an array', () => {
    const envelopes = envelopesOf([event('1'), event('{"broken', true), event('2')])
    expect(envelopes.map(({ body }) => body)).toEqual(['[1]', '{"broken', '[2]'])
  })

  test('can not hold an event larger than a message: that is said, with its place', () => {
    expect(() => envelopesOf([event('1'), event(`"${'x'.repeat(MIB)}"`)])).toThrow(EventTooLarge)
    expect(() => envelopesOf([event('1'), event(`"${'x'.repeat(MIB)}"`)])).toThrow(/^event 2 has 1048578 bytes/)
  })
})

describe('requests', () => {
  test('carry at most ten messages and one MiB together', () => {
    const requests = requestsOf(envelopesOf(many(2500, JSON.stringify('x'.repeat(2000)))))
    for (const request of requests) {
      expect(request.length).toBeLessThanOrEqual(10)
      expect(request.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)).toBeLessThanOrEqual(MIB)
    }
    expect(requests.flat().flatMap(({ events }) => events)).toHaveLength(2500)
  })
})
