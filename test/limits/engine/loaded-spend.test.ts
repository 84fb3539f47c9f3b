import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../shared/aws/table.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { plain } from '../../../shared/money/exact.ts'
import { chunkOf } from '../../../shared/spend/chunks.ts'
import { LoadedSpend } from '../../../shared/spend/io/loaded-spend.ts'
import { writeMonths } from '../../../shared/spend/io/write-months.ts'
import { dayOfZone } from '../../../shared/time/day-of.ts'
import { windowOf } from '../../../shared/time/window.ts'
import { charged, logOf } from '../../world/pages.ts'
import { startTables, type Tables } from '../../world/tables.ts'

const MONTH = '2026-11'
const dayOf = dayOfZone('Europe/Berlin')

let tables: Tables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

let accounts = 0
/** Pages of so many users each, folded into snapshots one page at a time when `write` is called. */
function growing(pages: number, usersAPage: number) {
  const account = `acme-${++accounts}`
  const name = (page: number, n: number) => `user-with-a-long-name-so-that-chunks-fill-${page}-${n}`
  const log = logOf(
    account,
    ...Array.from({ length: pages }, (_, page) =>
      Array.from({ length: usersAPage }, (_, n) => charged('1', { user: name(page, n) })),
    ),
  )
  const snapshots = new Table(tables.documents, tables.names.snapshots)
  const write = (to: number) =>
    writeMonths(
      snapshots,
      account,
      log.filter(({ header }) => header.seq <= to),
      dayOf,
    )
  return { account, log, name, snapshots, write }
}

type Growing = ReturnType<typeof growing>

const place = (user: string) => ({ scope: { of: 'user', user } as const, month: MONTH })
const window = windowOf({ kind: 'month' }, `${MONTH}-23`)
const spentBy = (loaded: LoadedSpend, user: string): string =>
  plain(loaded.spent({ scope: { of: 'user', user }, selector: { category: undefined, service: undefined }, window }))

/** A fold that stands at page 1, as a process that began there. */
function foldOf({ account, snapshots }: Growing) {
  const recent: Page[] = []
  const loaded = new LoadedSpend({ snapshots, account, dayOf, since: 1 }, recent)
  const take = (page: Page) => {
    recent.push(page)
    loaded.take(page)
  }
  return { loaded, take }
}

describe('spend that is read while a month’s chunks are split', () => {
  test.each([
    ['one by one', (growth: Growing) => growth],
    ['and all at once in the end', (growth: Growing) => growth],
  ])('is that of the log, whoever is asked for %s', async (how) => {
    const growth = growing(4, 400)
    await growth.write(1)
    const { loaded, take } = foldOf(growth)
    const users = [0, 1, 2].map((n) => growth.name(0, n))
    await loaded.load([place(users[0]!)])
    // The snapshot goes on, and splits, before this process has heard of the pages.
    await growth.write(3)
    await loaded.load([place(users[1]!), place(growth.name(1, 7))])
    for (const page of growth.log.slice(1, 3)) take(page)
    if (how.startsWith('and')) await loaded.loadAll(MONTH)
    await growth.write(4)
    take(growth.log[3]!)
    const all = [0, 1, 2, 3].flatMap((page) => [0, 1, 2].map((n) => growth.name(page, n)))
    await loaded.load(all.map(place))
    expect(all.map((user) => [user, spentBy(loaded, user)])).toEqual(all.map((user) => [user, '1']))
  })

  test('is read once for all that lie in one chunk', async () => {
    const growth = growing(1, 200)
    await growth.write(1)
    let reads = 0
    growth.snapshots.documents.middlewareStack.add(
      (next) => (args) => {
        reads += 1
        return next(args)
      },
      { step: 'initialize', name: 'count-reads' },
    )
    const { loaded } = foldOf(growth)
    const users = Array.from({ length: 200 }, (_, n) => growth.name(0, n))
    await loaded.load(users.map(place))
    growth.snapshots.documents.middlewareStack.remove('count-reads')
    const chunks = new Set(users.map((user) => chunkOf(user, 9))).size
    expect(reads).toBeLessThanOrEqual(chunks + 1)
    expect(reads).toBeLessThan(20)
  })

  test('nobody’s is nothing where it was not read', () => {
    const { loaded } = foldOf(growing(1, 1))
    expect(() => spentBy(loaded, 'u-1')).toThrow('ask again')
  })
})
