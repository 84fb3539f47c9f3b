import { limitsOverviewHandlers } from '../../functions/account-api/limits/limits-overview.ts'
import { foldsOf, type Logs } from './log-accounts.ts'
import { percentile, type Timed, timed } from './measure.ts'
import type { Month } from './month.ts'
import { type Figures, significant } from './results.ts'
import { trafficOf } from './traffic/events.ts'
import { meterOf } from './wire/meter.ts'

const LOOKS = 200
/** While what is run again and again is compiled. */
const FIRST_LOOKS = 10
const EVENTS_BETWEEN = 10

interface Looked {
  readonly account: string
  readonly users: number
  readonly usersAGroup: number
  readonly month: Month
}

/**
 * Looks at the overview of everybody by its route: as the first request of a process, then again and again, each time with
 * usage that came meanwhile.
 *
 */
export async function lookOver(
  logs: Logs,
  { account, users, usersAGroup, month }: Looked,
): Promise<{ readonly rows: readonly Figures[]; readonly warm: Timed }> {
  const meter = meterOf(logs.documents)
  const look = overviewOf(logs, account, month)
  const traffic = trafficOf({
    account,
    ids: 'bound',
    users,
    usersAGroup,
    seed: 8,
    eventsASecond: EVENTS_BETWEEN,
    begin: month.now(),
  })
  const cold = await timed(meter, async () => [await look()])
  const again = (looks: number): Promise<Timed> =>
    timed(meter, async () => {
      const milliseconds: number[] = []
      for (let n = 0; n < looks; n += 1) {
        await month.charge(traffic, EVENTS_BETWEEN, EVENTS_BETWEEN)
        milliseconds.push(await look())
      }
      return milliseconds
    })
  const first = await again(FIRST_LOOKS)
  const warm = await again(LOOKS)
  return {
    rows: [
      rowOf('cold: the first of a process', cold),
      rowOf(`the next ${FIRST_LOOKS}, ${EVENTS_BETWEEN} new events each`, first),
      rowOf(`warm, ${EVENTS_BETWEEN} new events each`, warm),
    ],
    warm,
  }
}

/** One look; answers with its milliseconds. */
function overviewOf(logs: Logs, account: string, { now }: Month): () => Promise<number> {
  const [overview] = limitsOverviewHandlers
  // What the route reaches out by, and no more.
  const caller = { kind: 'account', subject: 'bench', account, user: undefined }
  const setting = { caller, services: { folds: foldsOf(logs, now) }, tools: { now } } as unknown as Parameters<
    NonNullable<typeof overview>['run']
  >[1]
  const request = {
    params: { account },
    query: new URLSearchParams(),
    header: () => undefined,
    bytes: async () => new ArrayBuffer(0),
  }
  return async () => {
    const began = performance.now()
    const answer = await overview?.run(request, setting)
    if (answer?.status !== 200) throw new Error(`no overview but ${answer?.status}`)
    return performance.now() - began
  }
}

const rowOf = (what: string, { milliseconds, reads }: Timed): Figures => ({
  '': what,
  looks: milliseconds.length,
  'p50 ms': significant(percentile(milliseconds, 50)),
  'p99 ms': significant(percentile(milliseconds, 99)),
  'requests a look': significant(reads.requests / milliseconds.length),
  'read units a look': significant(reads.read / milliseconds.length),
})
