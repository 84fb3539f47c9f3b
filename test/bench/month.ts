import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { Archiver } from '../../functions/project-log/archiver.ts'
import { followLog } from '../../functions/project-log/follow-log.ts'
import type { Ports } from '../../functions/project-log/project-log.ts'
import { WarmTails, WarmWatches } from '../../functions/project-log/warm-tails.ts'
import { Table } from '../../shared/aws/table.ts'
import { putAccount } from '../../shared/ledger/io/accounts-table.ts'
import { appendPage } from '../../shared/ledger/io/log-table.ts'
import { DAY_MS, type Instant, SECOND_MS } from '../../shared/time/instant.ts'
import { decision } from '../world/accounts.ts'
import { firstPage, granted } from '../world/pages.ts'
import { assertCharged, type Logs, noHurry, processOf } from './log-accounts.ts'
import { type Traffic, trafficOf } from './traffic/events.ts'
import { proposalOf } from './traffic/proposal.ts'

/** The account does not buy credits by itself: a message would fail. */
const NOWHERE = 'http://127.0.0.1:9'

export const ACCOUNT = 'acme'
export const USERS = 5000
/** The month so far: most users on most of these days. */
const FIRST_DAY = Date.UTC(2026, 10, 9)
export const DAYS_BEFORE = 14
export const EVENTS_BEFORE = 60_000

/** An account with some of a month behind it. */
export interface Month {
  /** The clock of everybody here. */
  readonly now: () => Instant
  readonly charge: (traffic: Traffic, events: number, users: number) => Promise<void>
  readonly follow: () => Promise<unknown>
}

/** How much of a month there is. */
interface Before {
  readonly account: string
  readonly users: number
  readonly usersAGroup?: number | undefined
  readonly days: number
  readonly events: number
  readonly eventsAPage: number
}

export const monthSoFar = (writing: Logs, folding: Logs): Promise<Month> =>
  monthOf(writing, folding, {
    account: ACCOUNT,
    users: USERS,
    days: DAYS_BEFORE,
    events: EVENTS_BEFORE,
    eventsAPage: 500,
  })

/** Opens the account, and charges and folds its days before. */
export async function monthOf(
  writing: Logs,
  folding: Logs,
  { account, users, usersAGroup, days, events, eventsAPage }: Before,
): Promise<Month> {
  let clock = 0
  const now = () => clock
  const ports = portsOf(folding, now)
  await putAccount(ports.accounts, {
    account,
    name: account,
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    lowBalanceLevels: [],
    openedAt: 0,
    actor: 'bench',
    key: account,
  })
  await appendPage(writing.log, firstPage(account))
  const writer = processOf(writing, now)
  assertCharged(await writer.commit(account, [decision(granted(PREPAID, FIRST_DAY), account)], noHurry))
  const charge: Month['charge'] = async (traffic, charged, active) => {
    const usage = traffic.next(charged, active)
    clock = traffic.now()
    assertCharged(await writer.commit(account, usage.map(proposalOf), noHurry))
  }
  const follow = () => followLog(ports, account, noHurry)

  const eventsASecond = events / days / (DAY_MS / SECOND_MS)
  const before = trafficOf({ account, ids: 'bound', users, usersAGroup, seed: 1, eventsASecond, begin: FIRST_DAY })
  for (let done = 0; done < events; done += eventsAPage) {
    await charge(before, eventsAPage, eventsAPage)
    await follow()
  }
  return { now, charge, follow }
}

class NoArchive extends Archiver {
  override archive = async () => undefined
  override putIndex = async () => undefined
}

/** Credits that a month does not use up. */
const PREPAID = '1000000000'

/** Nothing is published: the account has no levels, and its balance never reaches zero. Archiving puts objects, not items: `cost` counts those. */
const portsOf = ({ documents, log }: Logs, now: () => number): Ports => ({
  log,
  snapshots: new Table(documents, 'snapshots'),
  accounts: new Table(documents, 'accounts'),
  bus: { client: new EventBridgeClient({}), name: 'none' },
  topUps: { sqs: new SQSClient({ endpoint: NOWHERE }), url: NOWHERE },
  archiver: new NoArchive({ client: new S3Client({}), bucket: 'none' }),
  tails: new WarmTails(),
  watches: new WarmWatches({
    snapshots: new Table(documents, 'snapshots'),
    accounts: new Table(documents, 'accounts'),
  }),
  now,
})
