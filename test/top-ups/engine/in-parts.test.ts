import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tools } from '../../../shared/aws/lambda.ts'
import { Table } from '../../../shared/aws/table.ts'
import { inParts, partOf } from '../../../shared/top-ups/io/reconcile/in-parts.ts'
import { startTables, type Tables } from '../../world/tables.ts'
import { tools } from './world.ts'

let tables: Tables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

/** Runs two parts in 60 s: items of the first take 10 s each, the one of the second nothing. Answers with what was done. */
async function run(numbers: readonly number[]) {
  let remaining = 60_000
  const done: number[] = []
  let cuts = 0
  let wasOtherDone = false
  const metrics = { addMetric: (_: string, __: string, count: number) => (cuts += count) }
  const working = { ...tools, metrics, remainingMs: () => remaining } as unknown as Tools
  const slow = partOf<number>(
    {
      items: async function* (from = 0) {
        yield* numbers.filter((one) => one >= from)
      },
      at: (one) => one,
      about: (one) => ({ one }),
      work: async (one) => {
        remaining -= 10_000
        done.push(one)
        if (one === 2) throw new Error('two fails')
      },
    },
    working,
  )
  const quick = partOf<number>(
    {
      items: async function* () {
        yield 1
      },
      at: () => 1,
      about: () => ({}),
      work: async () => {
        wasOtherDone = true
      },
    },
    working,
  )
  const parts = new Map([
    ['slow', slow],
    ['quick', quick],
  ])
  const failure = await inParts(new Table(tables.documents, tables.names.top_ups), parts, working).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { done, cuts, wasOtherDone, failure }
}

test('a part that is too long for its share is cut, says so, goes on in the next run, and starves no other', async () => {
  const numbers = [1, 2, 3, 4, 5]
  expect(await run(numbers)).toEqual({ done: [1, 2, 3], cuts: 1, wasOtherDone: true, failure: new Error('two fails') })
  expect(await run(numbers)).toEqual({ done: [4, 5], cuts: 0, wasOtherDone: true, failure: undefined })
  expect((await run(numbers)).done).toEqual([1, 2, 3])
})
