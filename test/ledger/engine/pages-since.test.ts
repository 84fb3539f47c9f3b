import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChargeEntry } from '../../../shared/ledger/entries/charge.ts'
import { appendPage, type LogTable, readHead } from '../../../shared/ledger/io/log-table.ts'
import { pagesSince } from '../../../shared/ledger/io/pages-since.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { openAccount, usageAt } from '../../world/accounts.ts'
import { pageAfter } from '../../world/pages.ts'
import { startTables, type Tables } from '../../world/tables.ts'

const HOUR = 3_600_000
const NOW = Date.now()

let tables: Tables
let log: LogTable
beforeAll(async () => {
  tables = await startTables()
  log = { documents: tables.documents, name: tables.names.log }
})
afterAll(() => tables.stop())

/** Appends a page with one charge, written so many hours ago by a clock that may be wrong. */
async function append(account: string, hoursAgo: number, usage: Partial<ChargeEntry> = {}): Promise<void> {
  const time = usage.time ?? NOW - hoursAgo * HOUR
  const entry = { ...usageAt(account, time, usage), kind: 'charge', rateCard: 1, credits: credits('1') } as const
  const head = (await readHead(log, account)) as Page
  const page = pageAfter(head, account, [entry], { writtenAt: NOW - hoursAgo * HOUR })
  expect(await appendPage(log, page)).toMatchObject({ kind: 'appended' })
}

/** Event times since so many hours ago, in hours ago. */
async function since(account: string, hoursAgo: number): Promise<readonly number[]> {
  const found: number[] = []
  for await (const { entries } of pagesSince(log, account, NOW - hoursAgo * HOUR)) {
    for (const entry of entries) {
      if (entry.kind === 'charge' && entry.time >= NOW - hoursAgo * HOUR) found.push((NOW - entry.time) / HOUR)
    }
  }
  return found
}

describe('the pages since a time', () => {
  test('hold every event of it, whose ids tell a time', async () => {
    const account = await openAccount(tables)
    for (const hours of [100, 50, 10, 5, 1]) await append(account, hours)
    expect(await since(account, 20)).toEqual([10, 5, 1])
    expect(await since(account, 1000)).toEqual([100, 50, 10, 5, 1])
    expect(await since(account, 0.5)).toEqual([])
  })

  test('hold every event of it, whose ids tell none: the log time stands still then', async () => {
    const account = await openAccount(tables)
    await append(account, 100)
    for (const hours of [50, 10, 5, 1]) await append(account, hours, { id: `order-${hours}` })
    expect(await since(account, 20)).toEqual([10, 5, 1])
  })

  test('hold what was charged late', async () => {
    const account = await openAccount(tables)
    for (const hours of [100, 10, 2]) await append(account, hours)
    await append(account, 1, { time: NOW - 15 * HOUR })
    expect(await since(account, 20)).toEqual([10, 2, 15])
  })

  test('hold every event of it, though writers differ about the time by twenty minutes', async () => {
    const account = await openAccount(tables)
    for (const hours of [20.3, 20.1, 20.4, 19.9, 20.2, 19.7, 20, 19.5]) {
      await append(account, hours, { id: `order-${hours}`, time: NOW - 19.5 * HOUR })
    }
    expect(await since(account, 19.8)).toHaveLength(8)
  })

  test('are none of an account without a log', async () => {
    expect(await since('nobody', 1)).toEqual([])
  })
})
