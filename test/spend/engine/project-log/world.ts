import { SQSClient } from '@aws-sdk/client-sqs'
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { Archiver } from '../../../../functions/project-log/archiver.ts'
import { followAccounts, type Projection, sweep } from '../../../../functions/project-log/follow-accounts.ts'
import type { Ports } from '../../../../functions/project-log/project-log.ts'
import { WarmTails, WarmWatches } from '../../../../functions/project-log/warm-tails.ts'
import { Table } from '../../../../shared/aws/table.ts'
import type { DomainEvent } from '../../../../shared/events/domain-event.ts'
import type { Entry } from '../../../../shared/ledger/entries/entries.ts'
import { appendPage } from '../../../../shared/ledger/io/log-table.ts'
import { unpack } from '../../../../shared/ledger/io/page-item.ts'
import type { Page } from '../../../../shared/ledger/page/page.ts'
import { deletePart, readCursor } from '../../../../shared/spend/io/snapshots-table.ts'
import type { Instant } from '../../../../shared/time/instant.ts'
import { anAccount, putAcme } from '../../../world/accounts.ts'
import { type LocalArchive, startArchive } from '../../../world/local-archive.ts'
import { type LocalBus, startBus } from '../../../world/local-bus.ts'
import { NOON, pagesAfter } from '../../../world/pages.ts'
import { startTables } from '../../../world/tables.ts'

/** No account here buys credits by itself: a message would fail. */
const NOWHERE = 'http://127.0.0.1:9'

/** The embedded engine, a local bus, and accounts with logs to follow. */
export interface World {
  readonly ports: Ports
  readonly bus: LocalBus
  readonly archive: LocalArchive
  readonly endpoint: string
  /** The wall clock of the follower. */
  clock: Instant
  readonly openAccount: (...contents: readonly (readonly Entry[])[]) => Promise<Log>
  readonly project: (...logs: readonly Log[]) => Promise<readonly Projection[]>
  readonly sweep: (remainingMs?: () => number) => Promise<readonly Projection[]>
  readonly stop: () => Promise<void>
}

/** An account's log, as its writer sees it. */
export interface Log {
  readonly account: string
  readonly append: (...contents: readonly (readonly Entry[])[]) => Promise<readonly Page[]>
  readonly cursor: () => Promise<number | undefined>
  /** Every part of its snapshots, as text, by name; without the cursor. */
  readonly snapshots: () => Promise<Readonly<Record<string, string>>>
  readonly dropSnapshots: () => Promise<void>
  readonly dropCursor: () => Promise<void>
  /** Ids of the notices that went out, in order. */
  readonly notices: () => readonly string[]
  /** What went out, in order. */
  readonly told: () => readonly DomainEvent[]
  /** Damages a stored page, as no part of Groschen can. */
  readonly damage: (page: Page, change: Readonly<Record<string, unknown>>) => Promise<void>
  readonly lose: (page: Page) => Promise<void>
}

export const plentyOfTime = () => 60_000

export async function startWorld(): Promise<World> {
  const tables = await startTables()
  const bus = await startBus()
  const archive = await startArchive()
  const { documents, names } = tables
  const ports: Ports = {
    log: { documents, name: names.log },
    snapshots: new Table(documents, names.snapshots),
    accounts: new Table(documents, names.accounts),
    bus: { client: bus.client, name: 'domain-events' },
    topUps: { sqs: new SQSClient({ endpoint: NOWHERE }), url: NOWHERE },
    archiver: new Archiver(archive),
    tails: new WarmTails(),
    watches: new WarmWatches({
      snapshots: new Table(documents, names.snapshots),
      accounts: new Table(documents, names.accounts),
    }),
    now: () => world.clock,
  }

  const openAccount: World['openAccount'] = async (...contents) => {
    const account = anAccount()
    await putAcme(ports.accounts, account)
    const log = logOfAccount(ports, bus, account)
    await log.append(...contents)
    return log
  }

  const world: World = {
    ports,
    bus,
    archive,
    endpoint: tables.endpoint,
    clock: NOON + 60_000,
    openAccount,
    project: (...logs) =>
      followAccounts(
        ports,
        logs.map(({ account }) => account),
        plentyOfTime,
      ),
    sweep: (remainingMs = plentyOfTime) => sweep(ports, remainingMs),
    stop: async () => {
      await bus.stop()
      await archive.stop()
      await tables.stop()
    },
  }
  return world
}

function logOfAccount({ log, snapshots }: Ports, bus: LocalBus, account: string): Log {
  let pages: readonly Page[] = []
  const partsOf = async () => {
    const { Items } = await snapshots.documents.send(
      new QueryCommand({
        TableName: snapshots.name,
        KeyConditionExpression: 'account = :account',
        ExpressionAttributeValues: { ':account': account },
      }),
    )
    return Items ?? []
  }
  return {
    account,
    append: async (...contents) => {
      const added = pagesAfter(pages, account, ...contents)
      for (const page of added) await appendPage(log, page)
      pages = [...pages, ...added]
      return added
    },
    cursor: async () => (await readCursor(snapshots, account))?.seq,
    snapshots: async () =>
      Object.fromEntries(
        (await partsOf())
          .filter(({ part }) => part !== 'cursor')
          .map(({ part, packed }) => [part, unpack(packed, 10_000_000)]),
      ),
    dropSnapshots: async () => {
      for (const { part } of await partsOf()) await deletePart(snapshots, account, part)
    },
    dropCursor: () => deletePart(snapshots, account, 'cursor'),
    notices: () => bus.accepted.filter(({ subject }) => subject === account).map(({ id }) => id),
    told: () => bus.accepted.filter(({ subject }) => subject === account),
    damage: async ({ header }, change) => {
      const { seq } = header
      const { Item } = await log.documents.send(new GetCommand({ TableName: log.name, Key: { account, seq } }))
      await log.documents.send(new PutCommand({ TableName: log.name, Item: { ...Item, seq, ...change } }))
    },
    lose: async ({ header }) => {
      await log.documents.send(new DeleteCommand({ TableName: log.name, Key: { account, seq: header.seq } }))
    },
  }
}
