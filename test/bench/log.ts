import { appendPage } from '../../shared/ledger/io/log-table.ts'
import { startEmbedded } from '../conformance/engines/embedded.ts'
import { createTables, pointTo } from '../conformance/engines/engine.ts'
import { firstPage } from '../world/pages.ts'
import { assertCharged, type Logs, logKeys, logs, noHurry, processOf } from './log-accounts.ts'
import { processorTime } from './measure.ts'
import { type Bench, type Figures, significant, type Target, target } from './results.ts'
import { trafficOf } from './traffic/events.ts'
import { proposalOf } from './traffic/proposal.ts'
import { type Meter, meterOf } from './wire/meter.ts'

interface Load {
  readonly ids: 'bound' | 'opaque'
  readonly eventsAPage: number
  readonly pages: number
}

const LOADS: readonly Load[] = [
  { ids: 'bound', eventsAPage: 1, pages: 300 },
  { ids: 'bound', eventsAPage: 10, pages: 100 },
  { ids: 'bound', eventsAPage: 100, pages: 60 },
  { ids: 'bound', eventsAPage: 1000, pages: 20 },
  { ids: 'opaque', eventsAPage: 1, pages: 100 },
  { ids: 'opaque', eventsAPage: 100, pages: 10 },
  { ids: 'opaque', eventsAPage: 1000, pages: 3 },
]

/** Per event. */
interface Costs {
  readonly write: number
  readonly read: number
  readonly requests: number
  readonly bytes: number
  readonly microseconds: number
}

const WRITE_UNITS = new Map([
  [1, 1],
  [10, 0.1],
  [100, 0.05],
  [1000, 0.036],
])
const BYTES = new Map([
  [1, 225],
  [100, 50],
  [1000, 36],
])

export const benchLog: Bench = {
  title: 'What the account log costs',
  about:
    'One account of 5,000 users at 350 events a second, charged by the store itself on the embedded engine, from a cold process on: everything counted, the first read of the head too.',
  measure: async () => {
    const engine = await startEmbedded()
    try {
      await createTables(engine.endpoint, logKeys)
      pointTo(engine.endpoint)
      const tables = logs()
      const meter = meterOf(tables.documents)
      const measured: { load: Load; costs: Costs }[] = []
      for (const load of LOADS) measured.push({ load, costs: await costsOf(tables, meter, load) })
      tables.documents.destroy()
      return {
        tables: [
          { title: 'Per event, log alone', rows: measured.map(({ load, costs }) => rowOf(load, costs)), notes: NOTES },
        ],
        targets: measured.flatMap(({ load, costs }) => (load.ids === 'bound' ? targetsOf(load, costs) : [])),
      }
    } finally {
      await engine.stop()
    }
  },
}

const NOTES = [
  'Bytes: the size of the items put (log pages and markers) by the rules of DynamoDB; storage adds 100 bytes an item.',
  'Opaque ids take a marker each: one write and one unit more per event.',
  'Processor time: pricing, encoding and the requests, the SDK included; the engine has a process of its own.',
]

/** Said of a page of one, where it falls short. */
const ALONE =
  'a page of one carries its whole header: two hashes, totals, times, the account; and it is one write unit either way'

async function costsOf(tables: Logs, meter: Meter, { ids, eventsAPage, pages }: Load): Promise<Costs> {
  const account = `costs-${ids}-${eventsAPage}`
  await appendPage(tables.log, firstPage(account))
  const traffic = trafficOf({ account, ids, eventsASecond: 350, users: 5000, seed: eventsAPage })
  const writer = processOf(tables)
  meter.reset()
  let microseconds = 0
  for (let page = 0; page < pages; page += 1) {
    const events = traffic.next(eventsAPage, Math.ceil(eventsAPage / 2))
    const began = processorTime()
    assertCharged(await writer.commit(account, events.map(proposalOf), noHurry))
    microseconds += processorTime() - began
  }
  const { write, read, requests, putBytes } = meter.counts()
  const events = eventsAPage * pages
  return {
    write: write / events,
    read: read / events,
    requests: requests / events,
    bytes: putBytes / events,
    microseconds: microseconds / events,
  }
}

const rowOf = ({ ids, eventsAPage }: Load, { write, read, requests, bytes, microseconds }: Costs): Figures => ({
  ids,
  'events a page': eventsAPage,
  'write units': significant(write),
  'read units': significant(read),
  requests: significant(requests),
  bytes: significant(bytes),
  'processor µs': significant(microseconds),
})

function targetsOf({ eventsAPage }: Load, { write, requests, bytes }: Costs): readonly Target[] {
  const [units, size] = [WRITE_UNITS.get(eventsAPage), BYTES.get(eventsAPage)]
  const at = `an event at ${eventsAPage.toLocaleString('en')} a page`
  return [
    ...(units === undefined ? [] : [target(`write units of ${at}`, { atMost: units }, write)]),
    ...(eventsAPage === 100 ? [target(`requests of ${at}`, { atMost: 0.011 }, requests)] : []),
    ...(size === undefined ? [] : [target(`stored bytes of ${at}`, { atMost: size }, bytes, { reason: ALONE })]),
  ]
}
