import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GrantEntry } from '../../../shared/ledger/entries/credit.ts'
import { type Entry, entryDifference, identityOf } from '../../../shared/ledger/entries/entries.ts'
import { readHead, readPages } from '../../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../../shared/ledger/io/log-writer.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { charge, inTime, openAccount, type Usage, usageAt } from '../../world/accounts.ts'
import { writerOn } from '../../world/log-writer.ts'
import { startTables, type Tables } from '../../world/tables.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

let tables: Tables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

const log = () => ({ documents: tables.documents, name: tables.names.log })
const balanceOf = async (account: string) => plain((await readHead(log(), account))!.header.balance)
const kinds = (outcomes: readonly { readonly kind: string }[]) => outcomes.map(({ kind }) => kind)

/** As the queue does it: what could not be committed comes again. On a busy machine connections take their time. */
async function committed(writer: LogWriter, account: string, usages: readonly Usage[]) {
  const charges = usages.map((usage) => charge(usage))
  const outcomes = await writer.commit(account, charges, inTime)
  const again = charges.filter((_, place) => outcomes[place]?.kind === 'not-committed')
  const others = outcomes.filter(({ kind }) => kind !== 'not-committed')
  return again.length === 0 ? outcomes : [...others, ...(await writer.commit(account, again, inTime))]
}

describe('committing charges to an account log', () => {
  test('takes them off the balance in one page', async () => {
    const account = await openAccount(tables)
    const outcomes = await writerOn(tables).commit(
      account,
      [charge(usageAt(account, NOON), '2.6533'), charge(usageAt(account, NOON), '724')],
      inTime,
    )
    expect(kinds(outcomes)).toEqual(['committed', 'committed'])
    const head = await readHead(log(), account)
    expect(head!.header).toMatchObject({ seq: 2, logTime: NOON, entryCount: 2 })
    expect(plain(head!.header.balance)).toBe('-726.6533')
  })

  test('charges an account-bound id once, whichever process sees it again', async () => {
    const account = await openAccount(tables)
    const usage = usageAt(account, NOON)
    const warm = writerOn(tables)
    await warm.commit(account, [charge(usage)], inTime)
    expect(kinds(await warm.commit(account, [charge(usage)], inTime))).toEqual(['replayed'])
    expect(kinds(await writerOn(tables).commit(account, [charge(usage)], inTime))).toEqual(['replayed'])
    expect(await balanceOf(account)).toBe('-1')
  })

  test('charges an opaque id once, whichever process sees it again', async () => {
    const account = await openAccount(tables)
    const usage = usageAt(account, NOON, { id: 'order-17' })
    const warm = writerOn(tables)
    await warm.commit(account, [charge(usage)], inTime)
    expect(kinds(await warm.commit(account, [charge(usage)], inTime))).toEqual(['replayed'])
    expect(kinds(await writerOn(tables).commit(account, [charge(usage)], inTime))).toEqual(['replayed'])
    expect(await balanceOf(account)).toBe('-1')
  })

  test('charges a late account-bound id once, and finds it by its marker the next time', async () => {
    const account = await openAccount(tables)
    const late = usageAt(account, NOON - 5 * HOUR)
    const writer = writerOn(tables)
    await writer.commit(account, [charge(usageAt(account, NOON))], inTime)
    expect(kinds(await writer.commit(account, [charge(late)], inTime))).toEqual(['committed'])
    for (let minute = 1; minute <= 30; minute += 1) {
      await writer.commit(account, [charge(usageAt(account, NOON + minute * 5 * MINUTE))], inTime)
    }
    expect(kinds(await writerOn(tables).commit(account, [charge(late)], inTime))).toEqual(['replayed'])
    expect(await balanceOf(account)).toBe('-32')
  })

  test('reads on when a log is longer than one answer of DynamoDB', async () => {
    const account = await openAccount(tables)
    const writer = writerOn(tables)
    // Nothing in these names can be packed: each page holds about 50 KB.
    const wide = () =>
      Array.from({ length: 750 }, () => usageAt(account, NOON, { user: randomBytes(64).toString('hex') }))
    const first = wide()
    await writer.commit(
      account,
      first.map((usage) => charge(usage)),
      inTime,
    )
    for (let page = 1; page < 25; page += 1) {
      await writer.commit(
        account,
        wide().map((usage) => charge(usage)),
        inTime,
      )
    }
    const pages = await readPages(log(), account, { from: 1, to: 1000 })
    expect(pages.map(({ header }) => header.seq)).toEqual(Array.from({ length: 26 }, (_, index) => index + 1))
    expect(pages.reduce((sum, { body }) => sum + body.length, 0)).toBeGreaterThan(2 ** 20)
    expect(kinds(await writerOn(tables).commit(account, [charge(first[0]!)], inTime))).toEqual(['replayed'])
  })

  test('out of time while it looks back, stops and gives the work back', async () => {
    const account = await openAccount(tables)
    const usages = Array.from({ length: 40 }, (_, second) => usageAt(account, NOON + second * 1000))
    for (const usage of usages) await writerOn(tables).commit(account, [charge(usage)], inTime)
    let asked = 0
    const runsOut = () => {
      asked += 1
      return asked > 1 ? 0 : 60_000
    }
    const again = await writerOn(tables).commit(account, [charge(usageAt(account, NOON))], runsOut)
    expect(kinds(again)).toEqual(['not-committed'])
    expect(asked).toBe(2)
    expect(await balanceOf(account)).toBe('-40')
  })

  test('tells an opening from a request with the same key', async () => {
    const account = await openAccount(tables)
    const grant: GrantEntry = {
      kind: 'grant',
      key: 'k',
      actor: 'a',
      at: 0,
      reason: 'r',
      reference: undefined,
      credits: credits('1'),
    }
    const proposal = {
      identity: identityOf(grant, account),
      boundAt: undefined,
      differenceFrom: (entry: Entry) => entryDifference(grant, entry),
      settle: () => ({ kind: 'entry', entry: grant }) as const,
    }
    expect(kinds(await writerOn(tables).commit(account, [proposal], inTime))).toEqual(['committed'])
    expect(kinds(await writerOn(tables).commit(account, [proposal], inTime))).toEqual(['replayed'])
  })

  test('finds a replay in its page when it comes again much later', async () => {
    const account = await openAccount(tables)
    const writer = writerOn(tables)
    const usages = Array.from({ length: 120 }, (_, minute) => usageAt(account, NOON + minute * MINUTE))
    for (const usage of usages) await writer.commit(account, [charge(usage)], inTime)
    const again = await writerOn(tables).commit(
      account,
      usages.map((usage) => charge(usage)),
      inTime,
    )
    expect(new Set(kinds(again))).toEqual(new Set(['replayed']))
    expect(await balanceOf(account)).toBe('-120')
  })

  test('collapses equal events of one batch, and refuses one that differs', async () => {
    const account = await openAccount(tables)
    const usage = usageAt(account, NOON)
    const outcomes = await writerOn(tables).commit(
      account,
      [charge(usage), charge(usage), charge({ ...usage, user: 'u-2' })],
      inTime,
    )
    expect(kinds(outcomes)).toEqual(['committed', 'replayed', 'conflict'])
    expect(outcomes[2]).toMatchObject({ differs: ['user'] })
    expect(await balanceOf(account)).toBe('-1')
  })

  test('refuses an opaque id that another account has used', async () => {
    const [first, second] = [await openAccount(tables), await openAccount(tables)]
    await writerOn(tables).commit(first, [charge(usageAt(first, NOON, { id: 'order-18' }))], inTime)
    const outcomes = await writerOn(tables).commit(second, [charge(usageAt(second, NOON, { id: 'order-18' }))], inTime)
    expect(outcomes).toEqual([{ kind: 'conflict', differs: ['account'] }])
    expect(await balanceOf(second)).toBe('0')
  })

  test('puts events further apart than the fresh window into pages of their own', async () => {
    const account = await openAccount(tables)
    const usages = [NOON, NOON + 20 * MINUTE, NOON + 50 * MINUTE].map((time) => usageAt(account, time))
    await writerOn(tables).commit(
      account,
      usages.map((usage) => charge(usage)),
      inTime,
    )
    const pages = await readPages(log(), account, { from: 2, to: 9 })
    expect(pages.map(({ header }) => [header.entryCount, header.logTime])).toEqual([
      [2, NOON + 20 * MINUTE],
      [1, NOON + 50 * MINUTE],
    ])
  })

  test('stores the levels that the balance fell below', async () => {
    const account = await openAccount(tables, ['-10', '-20'])
    const writer = writerOn(tables)
    for (const amount of ['10', '1', '9', '1'])
      await writer.commit(account, [charge(usageAt(account, NOON), amount)], inTime)
    const pages = await readPages(log(), account, { from: 2, to: 9 })
    expect(pages.map(({ header }) => header.crossings.map(plain))).toEqual([[], ['-10'], [], ['-20']])
  })

  test('says so where there is no account', async () => {
    expect(kinds(await writerOn(tables).commit('nobody', [charge(usageAt('nobody', NOON))], inTime))).toEqual([
      'no-account',
    ])
  })

  test('gives back what there is no time for', async () => {
    const account = await openAccount(tables)
    expect(kinds(await writerOn(tables).commit(account, [charge(usageAt(account, NOON))], () => 100))).toEqual([
      'not-committed',
    ])
    expect(await balanceOf(account)).toBe('0')
  })

  test.each(['bound', 'opaque'])(
    'charges each %s id once when five processes get overlapping batches of one account',
    async (ids) => {
      const account = await openAccount(tables)
      const usages = Array.from({ length: 200 }, (_, n) =>
        usageAt(account, NOON + n, ids === 'opaque' ? { id: `${account}-${n}` } : {}),
      )
      const writers = Array.from({ length: 5 }, () => writerOn(tables))
      const outcomes = await Promise.all(
        writers.flatMap((writer, n) =>
          [0, 1].map(
            async (round) =>
              await committed(writer, account, usages.slice(n * 20 + round * 50, n * 20 + round * 50 + 70)),
          ),
        ),
      )
      const all = kinds(outcomes.flat())
      expect(all.filter((kind) => kind === 'committed')).toHaveLength(200)
      expect(new Set(all)).toEqual(new Set(['committed', 'replayed']))
      expect(await balanceOf(account)).toBe('-200')
    },
  )

  test('splits a batch that is larger than a page', async () => {
    const account = await openAccount(tables)
    const usages = Array.from({ length: 2500 }, (_, n) => usageAt(account, NOON + n))
    const outcomes = await writerOn(tables).commit(
      account,
      usages.map((usage) => charge(usage)),
      inTime,
    )
    expect(new Set(kinds(outcomes))).toEqual(new Set(['committed']))
    expect((await readHead(log(), account))!.header.seq).toBe(4)
    expect(await balanceOf(account)).toBe('-2500')
  })
})

describe('finding a charge', () => {
  test('works for ids of every kind, fresh and late', async () => {
    const account = await openAccount(tables)
    const writer = writerOn(tables)
    const usages = [
      usageAt(account, NOON),
      usageAt(account, NOON - 3 * HOUR),
      usageAt(account, NOON, { id: `find-${account}` }),
    ]
    for (const usage of usages) await writer.commit(account, [charge(usage)], inTime)
    for (const usage of usages) {
      const found = await writerOn(tables).findCharge(account, usage.source, usage.id)
      expect(found?.entry.id).toBe(usage.id)
    }
    expect(await writer.findCharge(account, '/chat/eu', 'never-sent')).toBeUndefined()
  })
})
