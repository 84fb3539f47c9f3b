import { randomOf } from '../../world/random.ts'
import { type Faults, faultsOf, type Outage } from '../engine/faults.ts'
import { type HarnessError, type Network, networkOf } from '../engine/network.ts'
import type { Instance } from '../engine/pool.ts'
import { type Scheduler, schedulerFrom } from '../engine/scheduler.ts'
import { type Trace, traceOf } from '../engine/trace.ts'
import type { Options } from '../options.ts'
import { type Finding, findingsOf, type Report } from '../oracle/findings.ts'
import { type Oracle, oracleOf } from '../oracle/oracle.ts'
import type { Product } from '../product/product.ts'
import { bucketOf, type Objects } from '../services/bucket.ts'
import { busOf } from '../services/bus.ts'
import { type Database, documentsOf } from '../services/documents.ts'
import { eventSource } from '../services/event-source.ts'
import { type Payments, paymentsOf } from '../services/payments.ts'
import { type Queue, queueOf } from '../services/queue.ts'
import { logStream } from '../services/stream.ts'
import { type Table, type TableName, tableKeys, tableOf } from '../services/tables.ts'
import { type Plan, planOf } from '../traffic/plan.ts'
import { type AdminClient, adminClientOf } from './admin-client.ts'
import { intruderOf } from './intruder.ts'
import { type Processes, processesOf, type TopUp, toolsOf } from './processes.ts'

export interface RunSetting {
  readonly seed: number
  readonly options: Options
  readonly products: readonly Product[]
  /** Of all faults of the network only those of these calls. */
  readonly only?: ReadonlySet<number> | undefined
  readonly show?: ((line: string) => void) | undefined
}

/** What may be switched while a history runs. */
interface Weather {
  isStormy: boolean
  isConsumed: boolean
  /** An operator brings back the log: nothing else runs. */
  isRestoring: boolean
  /** Nothing of top-up runs. */
  isTopUpClosed: boolean
  /** The next payment that is begun is the last thing that top-up does for so long; 0: it is not. */
  topUpsCloseFor: number
  outages: readonly Outage[]
}

export interface World {
  readonly clock: Scheduler
  readonly trace: Trace
  readonly weather: Weather
  readonly plan: Plan
  readonly tables: Readonly<Record<TableName, Table>>
  readonly queue: Queue
  readonly processes: Processes
  readonly admin: AdminClient
  readonly oracle: Oracle
  readonly report: Report
  readonly findings: readonly Finding[]
  readonly faults: Faults
  readonly network: Network
  readonly objects: Objects
  readonly streamPending: () => number
  readonly wakeConsumers: () => void
  readonly sweep: () => void
  /** The schedule of follow-rates. */
  readonly follow: () => void
  readonly reconcile: () => void
  readonly topUpQueue: Queue
  readonly payments: Payments
  /** The simulation's own error, if it met one. */
  readonly broken: () => HarnessError | undefined
}

/** A history begins so long before its traffic. */
const SET_UP_MS = 3_600_000

export function worldOf({ seed, options, products, only, show }: RunSetting): World {
  const clock = schedulerFrom(options.begin - SET_UP_MS)
  const trace = traceOf(clock.now, show)
  const weather: Weather = {
    isStormy: false,
    isConsumed: true,
    isRestoring: false,
    isTopUpClosed: false,
    topUpsCloseFor: 0,
    outages: [],
  }
  const isFaulty = (): boolean => weather.isStormy && options.isFaulty
  const faults = faultsOf(seed, options.rates, () => weather.outages, isFaulty, only)
  let broken: HarnessError | undefined
  const network = networkOf({
    clock,
    trace,
    faults,
    longestPauseMs: options.longestPauseMs,
    onHarnessError: (error) => {
      broken ??= error
    },
  })
  const plan = planOf(seed, options.begin, options)
  const names = Object.keys(tableKeys) as TableName[]
  const tables = Object.fromEntries(names.map((name) => [name, tableOf(name)])) as Record<TableName, Table>
  const { report, list } = findingsOf(clock.now)
  const oracle = oracleOf({ plan, report, now: clock.now, tables })
  const weak = randomOf(seed, 'weather')

  const database: Database = {
    tables,
    onWrite: (name, item, before, writer) => {
      try {
        oracle.wrote(name, item, before, writer)
      } catch (error) {
        report('safety', 'what is written can be read', `${name}: ${String(error)}`)
      }
      if (name === 'log' && !weather.isRestoring) stream.insert(item)
    },
    queryBytes: options.queryBytes,
    returnsItem: () => weak.chance(options.returnsItem),
    indexedAccounts: () => indexed(tables.accounts, clock.now(), options.indexLagMs),
  }
  const onPublished = (type: string, detail: string): void =>
    type.startsWith('groschen.top-up.')
      ? oracle.topUps.published(type, detail)
      : type.startsWith('groschen.limit.')
        ? oracle.limits.notices.published(type, detail)
        : type.startsWith('groschen.balance.')
          ? oracle.notices.published(type, detail)
          : type.startsWith('groschen.upgrade-request.')
            ? oracle.limits.upgrades.published(type, detail)
            : oracle.rateNotices.published(type, detail)
  const objects: Objects = new Map()
  const processes = processesOf({
    seed,
    clock,
    options,
    products,
    isFaulty,
    documentsOf: (machine) => documentsOf(network, machine, database),
    sqsOf: (machine) => queue.clientOf(machine),
    topUpQueueOf: (machine) => topUpQueue.clientOf(machine),
    paymentsOf: (machine) => payments.clientOf(machine),
    busOf: (machine) => busOf({ network, random: weak, refused: () => (isFaulty() ? 0.1 : 0), onPublished }, machine),
    bucketOf: (machine) => bucketOf({ network, objects, onPut: oracle.archived }, machine),
  })
  const queue: Queue = queueOf({
    clock,
    random: randomOf(seed, 'queue'),
    network,
    options: options.queue,
    isFaulty,
    onVisible: () => source.wake(),
  })
  const topUpQueue: Queue = queueOf({
    clock,
    random: randomOf(seed, 'top-up queue'),
    network,
    options: { ...options.queue, visibilityMs: 360_000, maxReceives: 20 },
    isFaulty,
    onVisible: () => topUpSource.wake(),
  })
  let hints = 0
  const payments = paymentsOf({
    clock,
    random: randomOf(seed, 'payments'),
    network,
    options: options.payments,
    isFaulty,
    hint: (body) => {
      hints += 1
      topUpQueue.send(`hint-${hints}`, JSON.stringify(body))
    },
    onMade: (made) => {
      oracle.topUps.made(made)
      if (weather.topUpsCloseFor === 0) return
      clock.after(weather.topUpsCloseFor, () => {
        weather.isTopUpClosed = false
      })
      weather.topUpsCloseFor = 0
      weather.isTopUpClosed = true
      clock.after(0, processes.topUp.killAll)
    },
    onMisuse: (text) => report('safety', 'a key is used for one request', text),
  })
  const runTopUp = ({ machine, ports }: Instance<TopUp>, event: Parameters<TopUp>[0], remainingMs: () => number) =>
    ports(
      event,
      toolsOf(machine, clock, remainingMs, () => undefined),
    )
  const topUpSource = eventSource({
    clock,
    trace,
    name: 'top-up',
    random: randomOf(seed, 'top-up event source'),
    queue: topUpQueue,
    pool: processes.topUp,
    options: { batchSize: 10, concurrency: 5, windowMs: 50 },
    isOpen: () => !weather.isRestoring && !weather.isTopUpClosed,
    handle: async (instance, event, remainingMs) =>
      (await runTopUp(instance, event, remainingMs)) ?? { batchItemFailures: [] },
    onInvalid: (text) => report('safety', 'a batch answer names messages of the batch', text),
  })
  const source = eventSource({
    name: 'price-usage',
    clock,
    trace,
    random: randomOf(seed, 'event source'),
    queue,
    pool: processes.priceUsage,
    options: options.source,
    isOpen: () => weather.isConsumed,
    handle: async ({ machine, ports }, event, remainingMs) => {
      const metrics = new Map<string, number>()
      const count = (name: string, value: number) => metrics.set(name, (metrics.get(name) ?? 0) + value)
      const answer = await ports(event, toolsOf(machine, clock, remainingMs, count))
      oracle.answered(machine, metrics)
      return answer
    },
    onInvalid: (text) => report('safety', 'a batch answer names messages of the batch', text),
  })
  const stream = logStream({
    clock,
    trace,
    random: randomOf(seed, 'stream'),
    pool: processes.projectLog,
    options: options.stream,
    isFaulty,
    handle: ({ machine, ports }, event, remainingMs) =>
      ports(
        event,
        toolsOf(machine, clock, remainingMs, () => undefined),
      ),
  })
  const sweep = (): void =>
    processes.projectLog.invoke(
      ({ machine, ports }, remainingMs) =>
        ports(
          { sweep: true },
          toolsOf(machine, clock, remainingMs, () => undefined),
        ),
      () => undefined,
    )
  const follow = (): void =>
    processes.followRates.invoke(
      ({ machine, ports }, remainingMs) =>
        ports(
          {},
          toolsOf(machine, clock, remainingMs, () => undefined),
        ),
      () => undefined,
    )
  const reconcile = (): void => {
    if (weather.isTopUpClosed) return
    topUpSource.wake()
    processes.topUp.invoke(
      (instance, remainingMs) => runTopUp(instance, { reconcile: true }, remainingMs),
      () => undefined,
    )
  }
  const pool = processes.adminApi
  const intrude = intruderOf({ clock, random: randomOf(seed, 'intruder'), pool, report })
  const admin = adminClientOf({ clock, trace, random: randomOf(seed, 'admin'), pool, intrude })
  return {
    clock,
    trace,
    weather,
    plan,
    tables,
    queue,
    processes,
    admin,
    oracle,
    report,
    faults,
    network,
    sweep,
    follow,
    reconcile,
    topUpQueue,
    payments,
    objects,
    findings: list,
    streamPending: stream.pending,
    wakeConsumers: source.wake,
    broken: () => broken,
  }
}

/** Ids of accounts as the global index shows them: each a moment after its record was put. */
function indexed(accounts: Table, now: number, lagMs: number): readonly string[] {
  return accounts
    .all()
    .filter((item) => Number(item['openedAt']?.N) + lagMs <= now)
    .map((item) => item['account']!.S!)
    .sort()
}
