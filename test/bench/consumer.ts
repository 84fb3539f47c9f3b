import type { SQSRecord } from 'aws-lambda'
import { readBatch } from '../../functions/price-usage/usage-messages.ts'
import { toItem } from '../../shared/ledger/io/page-item.ts'
import type { UsageEvent } from '../../shared/usage/usage-event.ts'
import { firstPage, pageAfter } from '../world/pages.ts'
import { processorTime } from './measure.ts'
import { type Bench, type Figures, significant, target } from './results.ts'
import { type Traffic, trafficOf } from './traffic/events.ts'
import { chargeOf } from './traffic/proposal.ts'
import { textOf } from './traffic/text.ts'

/** A full batch of the function: as many messages as the event source mapping hands over at most. */
const EVENTS = 1000
const ROUNDS = 60
const WARM_ROUNDS = 40
const BUDGET_MICROSECONDS = 25
const FORMS = [1, 100] as const

interface Costs {
  readonly read: number
  readonly price: number
  readonly encode: number
}

export const benchConsumer: Bench = {
  title: 'Processor time of an event in the consumer',
  about: `Parse and validate the messages, price the events, encode, pack and hash the page: the consumer without its requests. A batch of ${EVENTS.toLocaleString('en')} events of one account; user and system time of the process, over ${ROUNDS} batches of each form in turn, after ${WARM_ROUNDS} to warm up.`,
  measure: async () => {
    const traffic = trafficOf({ account: 'acme', ids: 'bound', eventsASecond: 350, users: 5000, seed: 1 })
    const sums = new Map(FORMS.map((eventsAMessage) => [eventsAMessage, { read: 0, price: 0, encode: 0 }]))
    for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
      for (const [eventsAMessage, sum] of sums) {
        const costs = costsOf(traffic, eventsAMessage)
        if (round < 0) continue
        sum.read += costs.read / (EVENTS * ROUNDS)
        sum.price += costs.price / (EVENTS * ROUNDS)
        sum.encode += costs.encode / (EVENTS * ROUNDS)
      }
    }
    const forms = [...sums].map(([eventsAMessage, costs]) => ({ eventsAMessage, costs }))
    return {
      tables: [{ title: 'Microseconds an event', rows: forms.map(rowOf) }],
      targets: forms.map(({ eventsAMessage, costs }) =>
        target(
          `processor time of an event in the consumer, ${eventsAMessage} a message`,
          { atMost: BUDGET_MICROSECONDS },
          sumOf(costs),
          { unit: ' µs', reason: 'reading and validating is most of it' },
        ),
      ),
    }
  },
}

/** Microseconds of one batch. */
function costsOf(traffic: Traffic, eventsAMessage: number): Costs {
  const records = recordsOf(traffic.next(EVENTS, EVENTS / 2), eventsAMessage)
  const began = processorTime()
  const delivered = readBatch(records, traffic.now())
  const events = delivered.flatMap(({ read }) => (read.kind === 'event' ? [read.event] : []))
  const read = processorTime()
  if (events.length !== EVENTS) throw new Error(`${EVENTS - events.length} events were refused`)
  const entries = events.map(chargeOf)
  const priced = processorTime()
  toItem(pageAfter(head, 'acme', entries))
  return { read: read - began, price: priced - read, encode: processorTime() - priced }
}

const head = firstPage('acme')

function recordsOf(events: readonly UsageEvent[], eventsAMessage: number): readonly SQSRecord[] {
  const texts = events.map(textOf)
  const bodies = Array.from({ length: texts.length / eventsAMessage }, (_, message) => {
    const some = texts.slice(message * eventsAMessage, (message + 1) * eventsAMessage)
    return eventsAMessage === 1 ? (some[0] ?? '') : `[${some.join(',')}]`
  })
  return bodies.map((body, place) => ({
    messageId: String(place),
    receiptHandle: String(place),
    body,
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: '',
    attributes: {
      SentTimestamp: '0',
      ApproximateReceiveCount: '1',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
  }))
}

const sumOf = ({ read, price, encode }: Costs): number => read + price + encode

const rowOf = ({ eventsAMessage, costs }: { eventsAMessage: number; costs: Costs }): Figures => ({
  'events a message': eventsAMessage,
  read: significant(costs.read),
  price: significant(costs.price),
  'encode, pack, hash': significant(costs.encode),
  all: significant(sumOf(costs)),
})
