import { describe, expect, test } from 'vitest'
import { generatedUsage } from '../../../infra/cli/demo/generated-usage.ts'
import { seededRandom } from '../../../infra/cli/demo/seeded-random.ts'
import { chatExample, shares, workdayExample } from '../../../infra/cli/demo/show-examples.ts'
import type { OutgoingEvent } from '../../../infra/cli/lib/events/outgoing-event.ts'
import { demoRates } from '../../../infra/cli/lib/first-rate-card.ts'
import { type Credits, credits, sumOf } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { rateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import { readRate } from '../../../shared/pricing/rates/rate.ts'
import { readMessage } from '../../../shared/usage/read-message.ts'

const MORNING = Date.UTC(2026, 10, 23, 10, 15, 30)
const SEED = 20261123

const demoCard = rateCard(
  { version: 1, effectiveFrom: 0, publishedAt: 0, hash: '', note: '', actor: '', key: '', priceNeutralVariants: [] },
  demoRates.flatMap((rate) => {
    const read = readRate(rate)
    return read.kind === 'rate' ? [read.rate] : []
  }),
)

/** What an event costs with the demo's prices; `undefined` for one that can't be charged. */
function costOf({ text }: OutgoingEvent): Credits | undefined {
  const [read] = readMessage(text, MORNING)
  if (read?.kind !== 'event' || read.event.account !== 'acme') return undefined
  const priced = priceByCard(read.event, demoCard)
  return priced.kind === 'priced' ? priced.total : undefined
}

const totalOf = (events: readonly OutgoingEvent[]): string => plain(sumOf(events.map((event) => costOf(event)!)))

describe("the seed page's examples", () => {
  test('the chat costs 2.6533 credits', () => {
    expect(totalOf([chatExample(MORNING)])).toBe('2.6533')
  })

  test('the workday costs 554, 150 and 20 credits', () => {
    expect(workdayExample(MORNING).map(({ events }) => totalOf(events))).toEqual(['554', '150', '20'])
  })

  test('the 30 chats used 23,000 input and 217,000 output tokens together', () => {
    for (const total of [23_000, 217_000]) {
      const parts = shares(total, 30)
      expect(parts).toHaveLength(30)
      expect(parts.reduce((sum, part) => sum + part)).toBe(total)
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1)
    }
  })

  test('are the same events, with the same ids, when the demo is resumed', () => {
    expect(workdayExample(MORNING)).toEqual(workdayExample(MORNING))
  })
})

describe('the generated usage', () => {
  const events = generatedUsage(seededRandom(SEED), MORNING)
  const distinct = [...new Map(events.map((event) => [event.text, event])).values()]

  test('is 3,000 events, one in five a copy of another', () => {
    expect(events).toHaveLength(3000)
    expect(events.length - distinct.length).toBe(600)
  })

  test('is the same, to the letter, for the same seed and time', () => {
    expect(generatedUsage(seededRandom(SEED), MORNING)).toEqual(events)
    expect(generatedUsage(seededRandom(SEED + 1), MORNING)).not.toEqual(events)
  })

  test('crosses 10.00 € and ends above zero, whenever the demo starts', () => {
    const charged = sumOf(distinct.flatMap((event) => costOf(event) ?? []))
    const balance = credits('5000').minus('2.6533').minus('724').minus(charged)
    expect(balance.toNumber()).toBeGreaterThan(100)
    expect(balance.toNumber()).toBeLessThan(900)
  })

  test('holds 30 events of an unknown model and 30 malformed ones, nine mistakes among them', () => {
    const reads = distinct.map(({ text }) => readMessage(text, MORNING)[0]!)
    const reasons = new Set(reads.flatMap((read) => (read.kind === 'invalid' ? [`${read.reason} ${read.path}`] : [])))
    expect([...reasons].sort()).toEqual([
      'event.binding /id',
      'event.schema /data/discount',
      'event.schema /data/quantities/input_tokens',
      'event.schema /data/quantities/tokens',

      'event.schema /data/user',
      'event.time /time',
      'message.not-json ',
    ])
    expect(events.filter(({ text }) => text.includes('mistral/'))).toHaveLength(30)
    expect(distinct.filter((event) => costOf(event) === undefined)).toHaveLength(60)
  })
})
