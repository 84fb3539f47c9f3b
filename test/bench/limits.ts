import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '@aws-lambda-powertools/logger'
import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import type { Entry } from '../../shared/ledger/entries/entries.ts'
import { standardLimits } from '../../shared/ledger/entries/limit-settings.ts'
import { checkAccess } from '../../shared/limits/io/check-access.ts'
import { credits } from '../../shared/money/amounts.ts'
import { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import { startEmbedded } from '../conformance/engines/embedded.ts'
import { createTables, pointTo } from '../conformance/engines/engine.ts'
import { foldsOf, type Logs, logKeys, logs, noHurry, processOf } from './log-accounts.ts'
import { percentile, sweep, type Timed, timed } from './measure.ts'
import { type Month, monthOf } from './month.ts'
import { lookOver } from './overview.ts'
import { type Bench, significant, target } from './results.ts'
import { trafficOf } from './traffic/events.ts'
import { type Meter, meterOf } from './wire/meter.ts'

const ACCOUNT = 'acme'
const USERS = 10_000
const USERS_A_GROUP = 200
const WHO = { users: USERS, usersAGroup: USERS_A_GROUP }
const CHECKED_USERS = 1000
const DAYS = 20
const EVENTS = 100_000
const EVENTS_A_PAGE = 1000
const CHECKS = 2000
const CHECKS_A_SECOND = 200
/** Between checks, so that what is new has to be folded. */
const CHARGES_A_SECOND = 20

export const benchLimits: Bench = {
  title: 'Access checks',
  about: `An account of ${USERS.toLocaleString('en')} users in ${USERS / USERS_A_GROUP} groups with a month of ${EVENTS.toLocaleString('en')} events, a tier for everybody and three ceilings. One process asks ${CHECKS_A_SECOND} times a second for ${CHECKED_USERS.toLocaleString('en')} users while another charges ${CHARGES_A_SECOND} events a second; on the embedded engine, in a process of its own on the same two cores.`,
  measure: async () => {
    const engine = await startEmbedded()
    try {
      await createTables(engine.endpoint, {
        ...logKeys,
        snapshots: ['account', 'part'],
        accounts: ['account', 'record'],
        rates: ['card', 'part'],
      })
      pointTo(engine.endpoint)
      const [writing, folding, checking, looking] = [logs(), logs(), logs(), logs()]
      const month = await monthOf(writing, folding, {
        account: ACCOUNT,
        ...WHO,
        days: DAYS,
        events: EVENTS,
        eventsAPage: EVENTS_A_PAGE,
      })
      await setLimits(writing, month)
      await month.follow()
      const bytes = await snapshotBytes(folding.documents)
      sweep()
      const meter = meterOf(checking.documents)
      const [cold, warm] = await ask(checking, meter, month)
      sweep()
      const overviews = await lookOver(looking, { account: ACCOUNT, ...WHO, month })
      for (const { documents } of [writing, folding, checking, looking]) documents.destroy()
      return {
        tables: [
          { title: 'Per check', rows: [rowOf('cold: the first of each user', cold), rowOf('warm', warm)] },
          { title: `Overview of ${USERS.toLocaleString('en')} users`, rows: overviews.rows },
          { title: 'Snapshots of the month', rows: bytes },
        ],
        targets: [
          target('read units of a warm check', { atMost: 1 }, warm.reads.read / warm.milliseconds.length),
          target('warm check, p50', { atMost: 5 }, percentile(warm.milliseconds, 50), { unit: ' ms' }),
          target('warm check, p99', { atMost: 25 }, percentile(warm.milliseconds, 99), { unit: ' ms' }),
          target('warm overview, p50', { atMost: 25 }, percentile(overviews.warm.milliseconds, 50), { unit: ' ms' }),
          target('warm overview, p99', { atMost: 25 }, percentile(overviews.warm.milliseconds, 99), { unit: ' ms' }),
        ],
      }
    } finally {
      await engine.stop()
    }
  },
}

const rowOf = (what: string, { milliseconds, reads, microseconds }: Timed) => ({
  '': what,
  checks: milliseconds.length,
  'p50 ms': significant(percentile(milliseconds, 50)),
  'p99 ms': significant(percentile(milliseconds, 99)),
  'requests a check': significant(reads.requests / milliseconds.length),
  'read units a check': significant(reads.read / milliseconds.length),
  'processor µs a check': significant(microseconds / milliseconds.length),
})

async function ask(checking: Logs, meter: Meter, month: Month): Promise<readonly [cold: Timed, warm: Timed]> {
  const services = {
    folds: foldsOf(checking, month.now),
    catalogue: new WarmCatalogue(new Table(checking.documents, 'rates'), month.now),
  }
  const logger = console as unknown as Logger
  const check = async (user: number): Promise<number> => {
    const began = performance.now()
    const { decisions } = await checkAccess(
      services,
      {
        account: ACCOUNT,
        user: `u-${user}`,
        group: `team-${Math.floor(user / USERS_A_GROUP)}`,
        model: undefined,
        categories: ['text'],
        estimate: undefined,
        maxAgeMs: 0,
      },
      { now: month.now, logger },
    )
    if (decisions[0]?.kind !== 'decided') throw new Error(`no decision but ${decisions[0]?.kind}`)
    return performance.now() - began
  }
  const cold = await timed(meter, async () => {
    const milliseconds: number[] = []
    for (let user = 0; user < CHECKED_USERS; user += 1) milliseconds.push(await check(user))
    return milliseconds
  })
  const traffic = trafficOf({
    account: ACCOUNT,
    ids: 'bound',
    ...WHO,
    seed: 7,
    eventsASecond: CHARGES_A_SECOND,
    begin: month.now(),
  })
  const warm = await timed(meter, () => paced(check, () => month.charge(traffic, 1, 1)))
  return [cold, warm]
}

/** Checks at a steady pace, whether or not those before are answered. */
async function paced(
  check: (user: number) => Promise<number>,
  charge: () => Promise<void>,
): Promise<readonly number[]> {
  const began = performance.now()
  const asked: Promise<number>[] = []
  const charging: Promise<void>[] = []
  for (let n = 0; n < CHECKS; n += 1) {
    const due = began + (n * 1000) / CHECKS_A_SECOND
    if (due > performance.now()) await wait(due - performance.now())
    asked.push(check((n * 7) % CHECKED_USERS))
    if (n % (CHECKS_A_SECOND / CHARGES_A_SECOND) === 0) charging.push(charge())
  }
  await Promise.all(charging)
  return await Promise.all(asked)
}

async function setLimits(writing: Logs, { now }: Month): Promise<void> {
  const ceiling = (id: string, limit: string, more: object) => ({
    id,
    name: id,
    scope: { of: 'account' },
    category: undefined,
    service: undefined,
    window: { kind: 'month' },
    limit: credits(limit),
    ...more,
  })
  const entry = {
    kind: 'limits',
    key: 'limits',
    actor: 'bench',
    at: now(),
    previous: 0,
    settings: {
      ...standardLimits,
      // Nobody comes near them: notices would go nowhere.
      tiers: [{ id: 'all', name: 'All', limits: new Map([['text', credits('1000000000')]]), isArchived: false }],
      defaultTier: 'all',
      ceilings: [
        ceiling('groups', '10000000', { scope: { of: 'group', group: undefined } }),
        ceiling('texts', '1000000000', { category: 'text' }),
        ceiling('today', '1000000000', { window: { kind: 'day' } }),
      ],
    },
  } as Extract<Entry, { kind: 'limits' }>
  const [outcome] = await processOf(writing, now).commit(
    ACCOUNT,
    [
      {
        identity: 'api\0acme\0limits' as never,
        boundAt: undefined,
        differenceFrom: () => [],
        settle: () => ({ kind: 'entry', entry }),
      },
    ],
    noHurry,
  )
  if (outcome?.kind !== 'committed') throw new Error(`limits were not set but ${outcome?.kind}`)
}

async function snapshotBytes(documents: Documents) {
  const bytes = new Map<string, { parts: number; bytes: number }>()
  let after: Record<string, unknown> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: 'snapshots',
        KeyConditionExpression: 'account = :account',
        ExpressionAttributeValues: { ':account': ACCOUNT },
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    for (const { part, packed } of Items) {
      const kind = String(part).split('#')[0] ?? ''
      const known = bytes.get(kind) ?? { parts: 0, bytes: 0 }
      bytes.set(kind, {
        parts: known.parts + 1,
        bytes: known.bytes + (packed instanceof Uint8Array ? packed.length : 0),
      })
    }
    after = LastEvaluatedKey
  } while (after !== undefined)
  return [...bytes].map(([kind, { parts, bytes: all }]) => ({ part: kind, parts, bytes: all }))
}
