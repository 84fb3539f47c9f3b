import { describe, expect, test } from 'vitest'
import { outcomesOf } from '../../../infra/cli/lib/events/outcome-of-events.ts'
import { type Delivery, identityText } from '../../../infra/cli/lib/events/outgoing-event.ts'

const delivery = (id: string, messageId = 'm-1', index = 0): Delivery => ({
  text: '{}',
  account: 'acme',
  source: '/chat',
  id,
  messageId,
  index,
})

const key = (id: string): string => identityText({ source: '/chat', id })
const nothingHeld = { parked: [], ahead: [], quarantined: [] }
const refusal = { reason: 'event.schema', path: '/data', detail: 'no', messageId: 'm-1', index: 1 }
const kindsOf = (...given: Parameters<typeof outcomesOf>) => outcomesOf(...given).map(({ kind }) => kind)

describe('what became of an event', () => {
  test('charged, when its charge was not in the log before; replayed, when it was', () => {
    const charges = new Map([
      [key('a'), '1.5'],
      [key('b'), '2'],
    ])
    const evidence = { before: new Set([key('b')]), charges, held: nothingHeld }
    expect(outcomesOf([delivery('a'), delivery('b')], evidence)).toEqual([
      { kind: 'charged', credits: '1.5' },
      { kind: 'replayed', of: 'earlier', credits: '2' },
    ])
  })

  test('of two copies one is charged, the other replayed', () => {
    const evidence = { before: new Set<string>(), charges: new Map([[key('a'), '1']]), held: nothingHeld }
    expect(outcomesOf([delivery('a'), delivery('a', 'm-2')], evidence)).toEqual([
      { kind: 'charged', credits: '1' },
      { kind: 'replayed', of: 'copy', credits: '1' },
    ])
  })

  test('a copy that differs is quarantined, although its twin is charged', () => {
    const charges = new Map([[key('a'), '1']])
    const held = { ...nothingHeld, quarantined: [refusal] }
    const evidence = { before: new Set<string>(), charges, held }
    expect(kindsOf([delivery('a', 'm-1', 1), delivery('a', 'm-1', 0)], evidence)).toEqual(['quarantined', 'charged'])
  })

  test('parked, when it waits for a price', () => {
    const waiting = {
      account: 'acme',
      source: '/chat',
      id: 'a',
      service: 'x/y',
      reason: 'rate.missing',
      detail: 'no price for images of x/y',
    }
    const evidence = { before: new Set<string>(), charges: new Map(), held: { ...nothingHeld, parked: [waiting] } }
    expect(outcomesOf([delivery('a')], evidence)).toEqual([
      { kind: 'parked', reason: 'rate.missing', detail: 'no price for images of x/y' },
    ])
  })

  test('ahead, when it waits for its time', () => {
    const early = { source: '/chat', id: 'a', until: '2026-11-23T11:10:30.123Z' }
    const evidence = { before: new Set<string>(), charges: new Map(), held: { ...nothingHeld, ahead: [early] } }
    expect(outcomesOf([delivery('a')], evidence)).toEqual([{ kind: 'ahead', until: early.until }])
  })

  test('a message that could not be read is quarantined with everything in it', () => {
    const whole = { ...refusal, reason: 'message.not-json', index: 0 }
    const evidence = { before: new Set<string>(), charges: new Map(), held: { ...nothingHeld, quarantined: [whole] } }
    expect(kindsOf([delivery('a', 'm-1', 0), delivery('b', 'm-1', 7)], evidence)).toEqual([
      'quarantined',
      'quarantined',
    ])
  })

  test('unsettled, when it is nowhere', () => {
    const evidence = { before: new Set<string>(), charges: new Map(), held: { ...nothingHeld, quarantined: [refusal] } }
    expect(kindsOf([delivery('a')], evidence)).toEqual(['unsettled'])
  })
})
