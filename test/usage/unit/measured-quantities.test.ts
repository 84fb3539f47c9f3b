import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Exact, exact, plain } from '../../../shared/money/exact.ts'
import { priceUsage } from '../../../shared/pricing/charge/price-usage.ts'
import type { Meter } from '../../../shared/usage/meters.ts'
import type { Read } from '../../../shared/usage/read-event.ts'
import { readMessage } from '../../../shared/usage/read-message.ts'
import { cardOf, rate } from '../../world/cards.ts'
import { readCases } from '../../world/cases.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 16)
const envelope = {
  specversion: '1.0',
  type: 'groschen.usage.v1',
  id: 'e-1',
  source: '/chat/eu',
  subject: 'acme',
  time: '2026-11-23T10:15:30.123Z',
}
/** An event whose quantities are this JSON text, to the letter. */
const eventText = (quantities: string, service = 'openai/whisper-1'): string => {
  const head = JSON.stringify({ ...envelope, data: { user: 'u-17', category: 'other', service } })
  return head.replace(/\}\}$/, `,"quantities":${quantities}}}`)
}
const readText = (quantities: string): Read => readMessage(eventText(quantities), NOW)[0]!
const quantitiesOf = (read: Read) =>
  read.kind === 'invalid'
    ? `${read.path}: ${read.detail}`
    : Object.fromEntries([...read.event.quantities].map(([meter, quantity]) => [meter, plain(quantity)]))

interface Report {
  readonly cases: readonly {
    readonly id: string
    readonly input: { readonly events: readonly { readonly service: string; readonly quantities: object }[] }
    readonly right: { readonly credits: readonly string[] }
  }[]
}

describe('numbers as vendors send them (report B33)', () => {
  const { input, right } = (readCases('public-reports.json') as Report).cases.find(({ id }) => id === 'B33')!
  const card = cardOf([
    rate('openai/whisper-1', 'seconds', '0.006', '60'),
    rate('openai/gpt-5', 'input_tokens', '1.25', '1000000'),
    rate('openai/gpt-5', 'output_tokens', '10', '1000000'),
  ])
  const creditsOf = (service: string, quantities: string): string => {
    const [read] = readMessage(eventText(quantities, service), NOW)
    if (read?.kind !== 'event') return JSON.stringify(read)
    const priced = priceUsage(read.event, [card])
    return priced.kind === 'priced' ? plain(priced.total) : priced.kind
  }

  test('seconds with fifteen decimals and seconds with a JSON fraction are charged', () => {
    const [whole, fraction] = input.events
    expect(creditsOf(whole!.service, JSON.stringify(whole!.quantities))).toBe(right.credits[0]!.split(' ')[0])
    expect(creditsOf(whole!.service, '{"seconds":8.470000267028809}')).toBe(right.credits[0]!.split(' ')[0])
    expect(quantitiesOf(readText('{"seconds":8.470000267028809}'))).toEqual({ seconds: '8.47' })
    expect(creditsOf(fraction!.service, JSON.stringify(fraction!.quantities))).toBe(right.credits[1])
  })

  test('null is as if the meter were absent', () => {
    const { service, quantities } = input.events[2]!
    const { cached_input_tokens, ...others } = quantities as Record<Meter, number | null>
    expect(cached_input_tokens).toBeNull()
    expect(creditsOf(service, JSON.stringify(quantities))).toBe('0.00225')
    expect(creditsOf(service, JSON.stringify(others))).toBe('0.00225')
  })
})

const MEASURED = 'expected a number from 0 to 999999999999999 with at most 22 decimals'
const COUNTED = 'expected a whole number from 0 to 999999999999999'

describe('a measured quantity', () => {
  test.each([
    ['12.5', '12.5'],
    ['12.50', '12.5'],
    ['0.0', '0'],
    ['-0', '0'],
    ['1.25E1', '12.5'],
    ['1e-3', '0.001'],
    ['12.5e+1', '125'],
    ['1e-7', '0'],
    ['"8.470000267028809"', '8.47'],
    ['0.1234565', '0.123457'],
    ['0.123456499999999e0', '0.123456'],
    ['"0.000000500000000"', '0.000001'],
    ['"0.000000499999999"', '0'],
    // A double of this is a whole number: a parser takes the last two digits away.
    ['999999999999999.01', '999999999999999.01'],
  ])('%s is read by the digits of its text, half up to a millionth', (text, seconds) => {
    expect(quantitiesOf(readText(`{"seconds" : ${text}}`))).toEqual({ seconds })
  })

  test.each([
    '2.00000000000000000000001',
    '"2.00000000000000000000001"',
    '-0.5',
    '-1e-9',
    '1e15',
    '1e400',
    '1e-99999999',
    '999999999999999.9999995',
    '"1e3"',
    '"1,5"',
    '".5"',
    '"NaN"',
    'true',
    '[1.5]',
    '{"a": 1.5}',
  ])('%s is refused', (text) => {
    expect(quantitiesOf(readText(`{"seconds": ${text}}`))).toContain(`/data/quantities/seconds: ${MEASURED}`)
  })

  test('is taken whatever double from a millionth on a vendor prints', () => {
    const anySeconds = fc.double({ min: 0.000001, max: 999_999_999_999_999, noNaN: true })
    const isTaken = fc.property(anySeconds, (seconds) => {
      const right = plain(exact(new Exact(seconds).toFixed()).toDecimalPlaces(6, Exact.ROUND_HALF_UP))
      for (const text of [`${seconds}`, `"${new Exact(seconds).toFixed()}"`])
        expect(quantitiesOf(readText(`{"seconds":${text}}`))).toEqual({ seconds: right })
    })
    fc.assert(isTaken)
  })

  test('is equal to the same usage in other digits', () => {
    const [one, other] = ['{"seconds":8.470000267028809,"pages":null}', '{"seconds":"8.47"}'].map(readText)
    expect(quantitiesOf(one!)).toEqual(quantitiesOf(other!))
  })
})

describe('a counted quantity', () => {
  test.each(['523', '523.0', '5.23e2', '"523"', '"523.000"'])('%s is whole', (text) => {
    expect(quantitiesOf(readText(`{"input_tokens": ${text}}`))).toEqual({ input_tokens: '523' })
  })

  test.each(['12.5', '"12.5"', '522.99999999999999999', '1e-3', '9007199254740993', '-1', '""', '"٣"'])(
    '%s is refused',
    (text) => {
      expect(quantitiesOf(readText(`{"input_tokens": ${text}}`))).toContain(`/data/quantities/input_tokens: ${COUNTED}`)
    },
  )
})

describe('quantities', () => {
  test('of null alone are an event without a meter', () => {
    for (const text of ['{}', '{"seconds":null}', '{"seconds":null,"input_tokens":null}']) {
      expect(quantitiesOf(readText(text))).toBe('/data/quantities: expected at least one meter')
    }
  })

  test('of one event are read by their digits whatever stands beside it in the message', () => {
    const deep = `${'['.repeat(20_000)}1.5${']'.repeat(20_000)}`
    const reads = readMessage(`[${deep}, ${eventText('{"seconds":999999999999999.01}')}, {"a":1.5}]`, NOW)
    expect(reads.map(({ kind }) => kind)).toEqual(['invalid', 'event', 'invalid'])
    expect(quantitiesOf(reads[1]!)).toEqual({ seconds: '999999999999999.01' })
  })

  test('alone are read by their digits: elsewhere a number stays a number', () => {
    const text = eventText('{"seconds":1.5}').replace('"id":"e-1"', '"id":1.5')
    expect(readMessage(text, NOW)).toMatchObject([{ path: '/id', detail: 'expected a string, found 1.5' }])
  })
})
