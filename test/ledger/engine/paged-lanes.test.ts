import { afterAll, beforeAll, expect, test } from 'vitest'
import { Table } from '../../../shared/aws/table.ts'
import { euros } from '../../../shared/money/amounts.ts'
import {
  creditedLane,
  listPaidOn,
  listTopUps,
  putTopUp,
  type TopUpsTable,
} from '../../../shared/top-ups/io/top-ups-table.ts'
import { creditedTopUp } from '../../world/example-top-up.ts'
import { startTables, type Tables } from '../../world/tables.ts'

let tables: Tables
let topUps: TopUpsTable
beforeAll(async () => {
  tables = await startTables()
  topUps = new Table(tables.documents, tables.names.top_ups)
})
afterAll(() => tables.stop())

const DAY = Date.UTC(2026, 10, 24)
/** Some 28 KB of them in an item. */
const REFUNDS = Array.from({ length: 100 }, (_, n) => ({
  id: `re_${n}`.padEnd(255, '0'),
  cause: 'refund' as const,
  amount: euros('0.01'),
  at: DAY,
}))
/** Items of that size that are more than two answers of DynamoDB bring, of 1 MB each. */
const PAID = 90

test('every top-up that was paid on a day is listed, the longest untouched first, however many answers that takes', async () => {
  const all = Array.from({ length: PAID }, (_, n) =>
    creditedTopUp({
      id: `auto-${n}`,
      paidAt: DAY,
      createdAt: DAY,
      updatedAt: DAY + Math.floor(n / 3),
      takings: REFUNDS,
    }),
  )
  await Promise.all(all.map((one) => putTopUp(topUps, one)))
  const listed: { readonly id: string; readonly updatedAt: number }[] = []
  for await (const one of listPaidOn(topUps, DAY, 0)) listed.push(one)
  expect(creditedLane(DAY)).toBe('credited#2026-11-24')
  expect(listed).toHaveLength(PAID)
  expect(new Set(listed.map(({ id }) => id)).size).toBe(PAID)
  expect(listed.map(({ updatedAt }) => updatedAt)).toEqual(
    listed.map(({ updatedAt }) => updatedAt).sort((a, b) => a - b),
  )

  const late: string[] = []
  for await (const { id } of listPaidOn(topUps, DAY, DAY + 10)) late.push(id)
  expect(late).toHaveLength(PAID - 30)
}, 120_000)

test('an account’s top-ups are listed up to the limit, also where so many are more than one answer brings', async () => {
  for (let n = 0; n < 60; n += 1)
    await putTopUp(
      topUps,
      creditedTopUp({ account: 'globex', id: `manual-${n}`, createdAt: DAY + n, takings: REFUNDS }),
    )
  const listed = await listTopUps(topUps, 'globex', { before: undefined, limit: 50 })
  expect(listed.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => `manual-${59 - n}`))
}, 60_000)
