import { type Bench, type Figures, keptResult, significant, type Table, target } from '../results.ts'
import { trafficOf } from '../traffic/events.ts'
import { textOf } from '../traffic/text.ts'
import { charging, following, type Item, type Needs, totalOf } from './bill.ts'
import { PRICES_SEEN } from './prices.ts'

/** What the promise was made for: events of several accounts in a batch of a thousand. */
const EVENTS_A_PAGE = 100
const ENVELOPE = 100

export const benchCost: Bench = {
  title: 'What a million events cost',
  about: `Arithmetic, no bill: units, requests and processor time as measured by \`log\`, \`folds\` and \`consumer\`, at ${EVENTS_A_PAGE} events a page, with account-bound ids; list prices in USD, US East (N. Virginia), no free tier, ${PRICES_SEEN}. Not in it: polls of an idle queue, log lines, traces, the publisher.`,
  measure: async () => {
    const [single, enveloped] = [needsOf(1), needsOf(ENVELOPE)]
    const bills = [
      { title: 'One event a message', charged: charging(single), followed: following(single) },
      { title: `${ENVELOPE} events a message`, charged: charging(enveloped), followed: following(enveloped) },
    ]
    const [one, many] = bills.map(({ charged, followed }) => ({
      charged: totalOf(charged),
      all: totalOf([...charged, ...followed]),
    }))
    if (one === undefined || many === undefined) throw new Error('no bills')
    return {
      tables: bills.map(({ title, charged, followed }) => tableOf(title, charged, followed)),
      targets: [
        target('a million events, queue to log, one a message', { atMost: 0.16 }, one.charged, { unit: ' USD' }),
        target(`a million events, queue to log, ${ENVELOPE} a message`, { atMost: 0.05 }, many.charged, {
          unit: ' USD',
        }),
        target('a million events, snapshots and archive too, one a message', { atMost: 0.16 }, one.all, {
          unit: ' USD',
          reason: OBJECTS,
        }),
        target(`a million events, snapshots and archive too, ${ENVELOPE} a message`, { atMost: 0.05 }, many.all, {
          unit: ' USD',
          reason: OBJECTS,
        }),
      ],
    }
  },
}

const OBJECTS = 'snapshots and the archive, which has what comes within a second, cost together as much as the log'

/** @throws Error unless the benches it stands on have run */
function needsOf(eventsAMessage: number): Needs {
  const log = rowOf('log', { ids: 'bound', 'events a page': EVENTS_A_PAGE })
  const folds = rowOf('folds', { 'events a page': EVENTS_A_PAGE })
  const consumer = rowOf('consumer', { 'events a message': eventsAMessage })
  return {
    eventsAMessage,
    messageBytes: messageBytes(eventsAMessage),
    writeUnits: Number(log['write units']),
    readUnits: Number(log['read units']),
    storedBytes: Number(log['bytes']) + STORED_BESIDE / EVENTS_A_PAGE,
    requests: Number(log['requests']),
    consumer: Number(consumer['read']) + Number(log['processor µs']),
    snapshotWriteUnits: Number(folds['write units, snapshots and cursor']),
    snapshotReadUnits: Number(folds['read units, all']) - Number(log['read units']),
    following: Number(folds['processor µs of following']),
  }
}

/** AWS: bytes that storage takes beside each item. */
const STORED_BESIDE = 100

function rowOf(bench: string, columns: Figures): Figures {
  const rows = keptResult(bench)?.tables.flatMap((table) => table.rows) ?? []
  const row = rows.find((one) => Object.entries(columns).every(([column, value]) => one[column] === value))
  if (row === undefined) throw new Error(`\`npm run bench -- ${bench}\` has to run first`)
  return row
}

function messageBytes(eventsAMessage: number): number {
  const traffic = trafficOf({ account: 'acme', ids: 'bound', eventsASecond: 350, users: 5000, seed: 1 })
  const texts = traffic.next(1000, 500).map(textOf)
  return (texts.join(',').length / texts.length) * eventsAMessage
}

function tableOf(title: string, charged: readonly Item[], followed: readonly Item[]): Table {
  const sum = (what: string, items: readonly Item[]): Figures => ({
    what: `**${what}**`,
    USD: totalOf(items).toFixed(4),
  })
  return {
    title,
    rows: [
      ...charged.map(itemRow),
      sum('queue to log', charged),
      ...followed.map(itemRow),
      sum('in all', [...charged, ...followed]),
    ],
  }
}

const itemRow = ({ what, amount, unit, price }: Item): Figures => ({
  what,
  amount: `${significant(amount)} ${unit}`,
  'USD each': Number(price.toPrecision(6)).toFixed(10).replace(/0+$/, ''),
  USD: (amount * price).toFixed(4),
})
