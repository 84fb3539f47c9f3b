import { SECOND_MS } from '../../shared/time/instant.ts'
import { startEmbedded } from '../conformance/engines/embedded.ts'
import { createTables, pointTo } from '../conformance/engines/engine.ts'
import { logKeys, logs } from './log-accounts.ts'
import { processorTime } from './measure.ts'
import { ACCOUNT, DAYS_BEFORE, EVENTS_BEFORE, type Month, monthSoFar, USERS } from './month.ts'
import { type Bench, type Figures, significant, target } from './results.ts'
import { trafficOf } from './traffic/events.ts'
import { type Counts, meterOf } from './wire/meter.ts'

interface Load {
  readonly eventsAPage: number
  readonly usersAPage: number
  readonly pages: number
  readonly writeUnits: number
}

interface Measured {
  readonly load: Load
  readonly log: Counts
  readonly fold: Counts
  /** Processor time of following. */
  readonly microseconds: number
}

/** Pages enough for several snapshots each. */
const LOADS: readonly Load[] = [
  { eventsAPage: 1, usersAPage: 1, pages: 2048, writeUnits: 1.5 },
  { eventsAPage: 10, usersAPage: 5, pages: 640, writeUnits: 0.35 },
  { eventsAPage: 100, usersAPage: 50, pages: 140, writeUnits: 0.15 },
  { eventsAPage: 1000, usersAPage: 500, pages: 28, writeUnits: 0.08 },
]

const EVENTS_A_SECOND = 350
/** The log's stream hands over what came within a second. */
const WINDOW_MS = SECOND_MS

export const benchFolds: Bench = {
  title: 'All writes of an event: log, snapshots, cursor',
  about: `An account of ${USERS.toLocaleString('en')} users in the middle of a month (${EVENTS_BEFORE.toLocaleString('en')} events on ${DAYS_BEFORE} days folded before), then ${EVENTS_A_SECOND} events a second, followed once a second; by the store and by project-log's own code, on the embedded engine.`,
  measure: async () => {
    const engine = await startEmbedded()
    try {
      await createTables(engine.endpoint, {
        ...logKeys,
        snapshots: ['account', 'part'],
        accounts: ['account', 'record'],
      })
      pointTo(engine.endpoint)
      const [writing, folding] = [logs(), logs()]
      const month = await monthSoFar(writing, folding)
      const meters = [meterOf(writing.documents), meterOf(folding.documents)] as const
      const rows: Measured[] = []
      for (const load of LOADS) {
        for (const meter of meters) meter.reset()
        const microseconds = await run(month, load)
        rows.push({ load, log: meters[0].counts(), fold: meters[1].counts(), microseconds })
      }
      writing.documents.destroy()
      folding.documents.destroy()
      return {
        tables: [{ title: 'Per event', rows: rows.map(rowOf) }],
        targets: rows.map(({ load, log, fold }) =>
          target(
            `all write units of an event, events / users a page: ${load.eventsAPage.toLocaleString('en')} / ${load.usersAPage}`,
            { atMost: load.writeUnits },
            (log.write + fold.write) / eventsOf(load),
            { reason: 'snapshots rewrite every chunk of the month that the tail touches' },
          ),
        ),
      }
    } finally {
      await engine.stop()
    }
  },
}

/** @returns processor time of following, in microseconds */
async function run({ now, charge, follow }: Month, { eventsAPage, usersAPage, pages }: Load): Promise<number> {
  const traffic = trafficOf({
    account: ACCOUNT,
    ids: 'bound',
    users: USERS,
    seed: eventsAPage,
    eventsASecond: EVENTS_A_SECOND,
    begin: now(),
  })
  let followed = now()
  let microseconds = 0
  for (let page = 0; page < pages; page += 1) {
    await charge(traffic, eventsAPage, usersAPage)
    if (now() - followed < WINDOW_MS) continue
    const began = processorTime()
    await follow()
    microseconds += processorTime() - began
    followed = now()
  }
  return microseconds
}

const eventsOf = ({ eventsAPage, pages }: Load): number => eventsAPage * pages

function rowOf({ load, log, fold, microseconds }: Measured): Figures {
  const events = eventsOf(load)
  return {
    'events a page': load.eventsAPage,
    'users a page': load.usersAPage,
    'write units, log': significant(log.write / events),
    'write units, snapshots and cursor': significant(fold.write / events),
    'write units, all': significant((log.write + fold.write) / events),
    'read units, all': significant((log.read + fold.read) / events),
    'requests, all': significant((log.requests + fold.requests) / events),
    'processor µs of following': significant(microseconds / events),
  }
}
