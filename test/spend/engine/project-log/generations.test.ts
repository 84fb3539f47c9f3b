import { afterAll, beforeAll, expect, test } from 'vitest'
import { documentClient } from '../../../../shared/aws/document-client.ts'
import { Table } from '../../../../shared/aws/table.ts'
import type { Page } from '../../../../shared/ledger/page/page.ts'
import { readParts, usersOfMonth } from '../../../../shared/spend/io/snapshots-table.ts'
import { writeMonths } from '../../../../shared/spend/io/write-months.ts'
import { readSpends } from '../../../../shared/spend/spend.ts'
import { dayOfZone } from '../../../../shared/time/day-of.ts'
import { charged, logOf } from '../../../world/pages.ts'
import { startTables, type Tables } from '../../../world/tables.ts'

const MONTH = '2026-11'

let tables: Tables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

/** A log of pages in each of which other users spend. */
const pagesOf = (pages: number, usersAPage: number): readonly Page[] =>
  logOf(
    'acme',
    ...Array.from({ length: pages }, (_, page) =>
      Array.from({ length: usersAPage }, (_, n) => charged('1', { user: `user-with-a-long-name-${page}-${n}` })),
    ),
  )

const follow = (table: Table, pages: readonly Page[]) => writeMonths(table, 'acme', pages, dayOfZone('Europe/Berlin'))

test('a follower held up between totals and clearing away leaves chunks that are in use since', async () => {
  const [slow, fast] = [documentClient(), documentClient()]
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: isAtTotals, resolve: reached } = Promise.withResolvers<void>()
  slow.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args)
      if ((args.input as { Item?: { part?: string } }).Item?.part === `totals#${MONTH}`) {
        reached()
        await released
      }
      return answer
    },
    { step: 'initialize' },
  )
  const name = tables.names.snapshots
  const held = follow(new Table(slow, name), pagesOf(1, 900))
  await isAtTotals
  await follow(new Table(fast, name), pagesOf(3, 900))
  const before = await readParts(new Table(fast, name), 'acme', usersOfMonth(MONTH))
  release()
  await held

  const after = await readParts(new Table(fast, name), 'acme', usersOfMonth(MONTH))
  const generations = new Set([...before.keys()].map((part) => part.split('#')[2]))
  expect(generations.size).toBe(1)
  expect(after).toEqual(before)
  expect([...after.values()].flatMap(({ text }) => [...readSpends(text).keys()])).toHaveLength(2700)
})
