import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../shared/aws/table.ts'
import type { Gate } from '../../../shared/limits/gates/gate.ts'
import { readEarlier } from '../../../shared/limits/io/reservations/charged-reservations.ts'
import { WarmFolds } from '../../../shared/limits/io/warm-folds.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { type Api, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { takeSnapshot } from '../../world/take-snapshot.ts'
import { accountWith } from './reservation-calls.ts'

let api: Api
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  api = await startApi()
  charge = chargesIn(api.tables)
})
afterAll(() => api.stop())
afterEach(() => api.tables.documents.middlewareStack.remove('counting'))

const table = (name: 'log' | 'snapshots' | 'accounts') => new Table(api.tables.documents, api.tables.names[name])

/** How often the log is asked from now on. */
function countingReads(): () => number {
  let reads = 0
  api.tables.documents.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { TableName } = args.input as { readonly TableName?: string }
        if (TableName === api.tables.names.log && commandName === 'QueryCommand') reads += 1
        return await next(args)
      },
    { step: 'initialize', name: 'counting' },
  )
  return () => reads
}

/** Charges r-1 to r-9, a page each, and takes a snapshot, so that a fold knows none of them; r-1 is on the first of these pages. */
async function chargedBeforeFold() {
  const account = await accountWith(api)
  for (let n = 1; n < 10; n += 1) await charge(account, '1', { reservation: `r-${n}` })
  await takeSnapshot(api.tables, account)
  const tables = { log: table('log'), snapshots: table('snapshots'), accounts: table('accounts'), now: Date.now }
  const { fold } = (await new WarmFolds(tables).atHead(account, 0))!
  return { fold, first: fold.since - 8 }
}

/** A gate that has looked up to a page, and holds this. */
const gateAt = (seq: number, id: string): Gate => ({
  seq,
  head: seq,
  epoch: 0,
  holds: [
    { id, credits: credits('1'), expiresAt: Date.now() + 60_000, takenAt: 1, category: 'text', service: undefined },
  ],
})

describe('what was charged before a fold began', () => {
  test('is read once, from its beginning backwards, whoever asks', async () => {
    const { fold, first } = await chargedBeforeFold()
    const [log, reads] = [table('log'), countingReads()]
    const earlier = async (seq: number, id: string) => await readEarlier(log, fold, gateAt(seq, id), Date.now())
    expect(await earlier(first + 3, 'r-5')).toEqual({ lookedUpTo: undefined, chargedAt: new Map() })
    expect([fold.chargedAt('r-5'), fold.chargedAt('r-1'), reads()]).toEqual([first + 4, undefined, 1])
    await earlier(first + 5, 'r-7')
    expect(reads()).toBe(1)
    await earlier(first - 1, 'r-1')
    await earlier(first - 1, 'r-2')
    expect([fold.chargedAt('r-1'), fold.chargedAt('r-2'), reads()]).toEqual([first, first + 1, 2])
  })

  test('is not read for a gate in which nothing is open', async () => {
    const { fold, first } = await chargedBeforeFold()
    const reads = countingReads()
    await readEarlier(table('log'), fold, gateAt(first, 'r-5'), Date.now() + 60_000)
    expect([reads(), fold.chargedAt('r-5')]).toEqual([0, undefined])
  })

  test('is read for one gate alone, as far as that goes, once a fold has read as much as it may', async () => {
    const { fold, first } = await chargedBeforeFold()
    const full = {
      account: fold.account,
      head: () => fold.head(),
      lookedBack: () => ({ to: first + 4, entries: Number.MAX_SAFE_INTEGER }),
      takeEarlier: () => undefined,
    }
    const earlier = await readEarlier(table('log'), full, gateAt(first - 1, 'r-3'), Date.now())
    expect(earlier).toEqual({ lookedUpTo: undefined, chargedAt: new Map([['r-3', first + 2]]) })
  })

  test('counts by its newest page', async () => {
    const { fold, first } = await chargedBeforeFold()
    await charge(fold.account, '1', { reservation: 'r-4' })
    const tables = { log: table('log'), snapshots: table('snapshots'), accounts: table('accounts'), now: Date.now }
    const { fold: newest } = (await new WarmFolds(tables).atHead(fold.account, 0))!
    await readEarlier(table('log'), newest, gateAt(first - 1, 'r-4'), Date.now())
    expect(newest.chargedAt('r-4')).toBe(newest.seq())
  })
})
