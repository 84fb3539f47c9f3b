import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { Tools } from '../../shared/aws/lambda.ts'
import type { EventBus } from '../../shared/events/io/event-bus.ts'
import { reportAside } from '../../shared/events/io/set-aside.ts'
import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import type { SnapshotsTable } from '../../shared/spend/io/snapshots-table.ts'
import { type Instant, SECOND_MS } from '../../shared/time/instant.ts'
import type { TopUpQueue } from '../../shared/top-ups/io/top-up-queue.ts'
import type { Archiver } from './archiver.ts'
import { AccountsNotProjected } from './errors.ts'
import { followAccounts, type Projection, sweep } from './follow-accounts.ts'
import type { WarmTails, WarmWatches } from './warm-tails.ts'

/** The tables, clients and clock of project-log. */
export interface Ports {
  readonly log: LogTable
  readonly snapshots: SnapshotsTable
  readonly accounts: AccountsTable
  readonly bus: EventBus
  readonly topUps: TopUpQueue
  readonly archiver: Archiver
  readonly tails: WarmTails
  readonly watches: WarmWatches
  readonly now: () => Instant
}

/** The event of the schedule, once a minute. */
export interface Sweep {
  readonly sweep: true
}

/** The log's stream, or the schedule → notices, snapshots, cursors. */
export const projectLog =
  (ports: Ports) =>
  async (event: DynamoDBStreamEvent | Sweep, tools: Tools): Promise<void> => {
    if ('sweep' in event) {
      const projections = await sweep(ports, tools.remainingMs)
      tools.metrics.addMetric('AccountsSwept', MetricUnit.Count, projections.length)
      reportProjections(projections, tools)
      return
    }
    const hints = readHints(event.Records)
    reportAltered(hints, tools)
    const projections = await followAccounts(ports, hints.accounts, tools.remainingMs)
    reportLag(projections, tools)
    reportProjections(projections, tools)
  }

/** What the log's stream says: the accounts with new pages, and pages that were changed or removed. */
interface Hints {
  readonly accounts: readonly string[]
  readonly altered: readonly { readonly account: string; readonly seq: string; readonly change: string }[]
}

/**
 * Reads keys, never pages: the stream keeps order only for records of one item, and each page is an item (account-log, "Folds").
 *
 * Pages are only ever inserted; any other record means that an intruder or an operator changed the log.
 */
function readHints(records: readonly DynamoDBRecord[]): Hints {
  const keyed = records.map(({ eventName, dynamodb }) => ({
    account: dynamodb?.Keys?.['account']?.S ?? '',
    seq: dynamodb?.Keys?.['seq']?.N ?? '',
    change: eventName ?? 'unknown',
  }))
  return {
    accounts: [...new Set(keyed.map(({ account }) => account))].filter((account) => account !== ''),
    altered: keyed.filter(({ change }) => change !== 'INSERT'),
  }
}

type Reporting = Pick<Tools, 'logger' | 'metrics' | 'now'>

/** Reports pages that were changed or removed: their chain is broken. */
function reportAltered({ altered }: Hints, { logger, metrics }: Reporting): void {
  for (const page of altered) {
    metrics.addMetric('BrokenChains', MetricUnit.Count, 1)
    logger.error('a page of the log was changed or removed: only an intruder or an operator can do that', page)
  }
}

/** Records the age of the newest page that a hint led to. (In a sweep it would count pages that wait for their snapshot.) */
function reportLag(projections: readonly Projection[], { metrics, now }: Reporting): void {
  const times = projections.flatMap((one) => (one.kind === 'followed' && one.newest !== undefined ? [one.newest] : []))
  if (times.length === 0) return
  metrics.addMetric('LogLagSeconds', MetricUnit.Seconds, Math.max(0, now() - Math.min(...times)) / SECOND_MS)
}

/**
 * Counts and logs the outcomes of the accounts.
 *
 * @throws AccountsNotProjected where another try may help some; stopped accounts wait for a person
 */
function reportProjections(projections: readonly Projection[], { logger, metrics }: Reporting): void {
  for (const projection of projections) {
    if (projection.kind === 'followed') continue
    const { account, error } = projection
    if (projection.kind === 'stopped') metrics.addMetric('BrokenChains', MetricUnit.Count, 1)
    const what = projection.kind === 'stopped' ? 'an account was stopped' : 'an account was not followed'
    logger.error(what, { account, error: error as Error })
  }
  const followed = projections.filter((projection) => projection.kind === 'followed')
  const count = (name: string, of: (one: (typeof followed)[number]) => number) =>
    metrics.addMetric(
      name,
      MetricUnit.Count,
      followed.reduce((total, one) => total + of(one), 0),
    )
  count('PagesFolded', ({ folded }) => folded)
  count('NoticesPublished', ({ notices }) => notices)
  const aside = followed.flatMap(({ setAside }) => setAside)
  reportAside(aside, { logger, metrics })

  for (const { account, unsealed } of followed) {
    if (unsealed === undefined) continue
    metrics.addMetric('AccountsUnsealed', MetricUnit.Count, 1)
    logger.warn('late events are looked for in the log: there is no index', { account, error: unsealed as Error })
  }
  const behind = followed.filter(({ unfinished }) => unfinished).map(({ account }) => account)
  if (behind.length > 0) logger.warn('out of time before the head; the next call goes on', { accounts: behind })
  const failed = projections.filter(({ kind }) => kind === 'failed').map(({ account }) => account)
  if (failed.length > 0) throw new AccountsNotProjected(failed)
}
