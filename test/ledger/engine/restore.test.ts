import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entryDifference } from '../../../shared/ledger/entries/entries.ts'
import { identityKey, requestIdentity } from '../../../shared/ledger/entries/identity.ts'
import type { RestoreEntry } from '../../../shared/ledger/entries/restore.ts'
import type { Proposal } from '../../../shared/ledger/io/commit/proposal.ts'
import { appendPage, readHead, readPages } from '../../../shared/ledger/io/log-table.ts'
import { plain } from '../../../shared/money/exact.ts'
import { charge, inTime, openAccount, type Usage, usageAt } from '../../world/accounts.ts'
import { writerOn } from '../../world/log-writer.ts'
import { startTables, type Tables } from '../../world/tables.ts'

const NOON = Date.UTC(2026, 10, 23, 12)

let tables: Tables
/** The same stack, once its log was restored to a table with a new name; the markers are the old ones. */
let restored: Tables
beforeAll(async () => {
  tables = await startTables()
  restored = { ...tables, names: { ...tables.names, log: tables.names.restoredLog } }
})
afterAll(() => tables.stop())

const logOf = ({ documents, names }: Tables) => ({ documents, name: names.log })
const headOf = async (account: string) => (await readHead(logOf(restored), account))!.header
const opaque = (account: string, id: string): Usage => usageAt(account, NOON, { id })
const kindsOf = async (stack: Tables, account: string, usages: readonly Usage[]) => {
  const outcomes = await writerOn(stack).commit(
    account,
    usages.map((usage) => charge(usage)),
    inTime,
  )
  return outcomes.map(({ kind }) => kind)
}

/** A backup holds the pages up to the cut. */
async function restoreTo(account: string, cut: number): Promise<void> {
  for (const page of await readPages(logOf(tables), account, { from: 1, to: cut }))
    await appendPage(logOf(restored), page)
}

function restore(account: string, epoch = 1): Proposal<never> {
  const key = `backup-${epoch}`
  const entry: RestoreEntry = { kind: 'restore', epoch, key, actor: 'olga', at: NOON, reason: 'table lost' }
  return {
    identity: requestIdentity(account, entry.key),
    boundAt: undefined,
    differenceFrom: (other) => entryDifference(entry, other),
    settle: () => ({ kind: 'entry', entry }),
  }
}

/** An account with a page for each of so many charges, restored to the page `cut`, its epoch opened. */
async function restoredAccount(charges: number, cut: number): Promise<{ account: string; usages: readonly Usage[] }> {
  const account = await openAccount(tables)
  const usages = Array.from({ length: charges }, (_, n) => opaque(account, `${account}-order-${n}`))
  for (const usage of usages) await kindsOf(tables, account, [usage])
  await restoreTo(account, cut)
  expect(await writerOn(restored).commit(account, [restore(account)], inTime)).toMatchObject([{ kind: 'committed' }])
  return { account, usages }
}

describe('a log restored from a backup, with markers newer than it', () => {
  test('opens an epoch, once', async () => {
    const { account } = await restoredAccount(9, 6)
    expect(await headOf(account)).toMatchObject({ seq: 7, cuts: [6] })
    expect(await writerOn(restored).commit(account, [restore(account)], inTime)).toMatchObject([{ kind: 'replayed' }])
    await kindsOf(restored, account, [opaque(account, `${account}-new`)])
    expect(await headOf(account)).toMatchObject({ seq: 8, cuts: [6] })
  })

  test('charges what was lost with its pages once, and what the backup holds not again', async () => {
    const { account, usages } = await restoredAccount(9, 6)
    const lost = usages.slice(5)
    expect(await kindsOf(restored, account, usages)).toEqual([
      ...usages.slice(0, 5).map(() => 'replayed'),
      ...lost.map(() => 'committed'),
    ])
    expect(new Set(await kindsOf(restored, account, usages))).toEqual(new Set(['replayed']))
    expect(plain((await headOf(account)).balance)).toBe('-9')
  })

  test('does not believe a marker about pages that came after the cut: they are others now', async () => {
    const { account, usages } = await restoredAccount(20, 3)
    const late = usages[19]!
    expect(await kindsOf(restored, account, [late])).toEqual(['committed'])
    for (let n = 0; n < 30; n += 1) await kindsOf(restored, account, [opaque(account, `${account}-new-${n}`)])
    expect(await kindsOf(restored, account, [late])).toEqual(['replayed'])
    expect(plain((await headOf(account)).balance)).toBe('-33')
  })

  test('restored again, to before its first restore, does not believe the markers of that lost epoch either', async () => {
    const { account } = await restoredAccount(12, 10)
    const late = opaque(account, `${account}-late`)
    expect(await kindsOf(restored, account, [late])).toEqual(['committed'])

    const twice = { ...tables, names: { ...tables.names, log: tables.names.restoredTwiceLog } }
    for (const page of await readPages(logOf(restored), account, { from: 1, to: 4 }))
      await appendPage(logOf(twice), page)
    expect(await writerOn(twice).commit(account, [restore(account, 2)], inTime)).toMatchObject([{ kind: 'committed' }])
    expect((await readHead(logOf(twice), account))!.header.cuts).toEqual([4, 4])
    expect(await kindsOf(twice, account, [late])).toEqual(['committed'])
    for (let n = 0; n < 12; n += 1) await kindsOf(twice, account, [opaque(account, `${account}-new-${n}`)])
    expect(await kindsOf(twice, account, [late])).toEqual(['replayed'])
  })

  test('knows a marker of another account for what it is, however often that one was restored', async () => {
    const { account, usages } = await restoredAccount(2, 2)
    const lost = usages[1]!
    expect(await kindsOf(restored, account, [lost])).toEqual(['committed'])
    const other = await openAccount(restored)
    expect(await kindsOf(restored, other, [{ ...lost, account: other }])).toEqual(['conflict'])
  })

  test('takes no epoch that was before', async () => {
    const { account } = await restoredAccount(2, 2)
    const again = { ...restore(account, 1), identity: requestIdentity(account, 'other') }
    expect(await writerOn(restored).commit(account, [again], inTime)).toMatchObject([{ kind: 'not-committed' }])
  })

  test('moves such a marker up to where absence was proven, in the epoch it was proven in', async () => {
    const { account, usages } = await restoredAccount(2, 2)
    const lost = usages[1]!
    for (let n = 0; n < 60; n += 1) await kindsOf(restored, account, [opaque(account, `${account}-new-${n}`)])
    expect(await kindsOf(restored, account, [lost])).toEqual(['committed'])
    const { Item: marker } = await tables.documents.send(
      new GetCommand({ TableName: tables.names.markers, Key: { identity: identityKey(charge(lost).identity) } }),
    )
    expect({ seq: Number(marker!['seq']), epoch: Number(marker!['epoch']) }).toEqual({ seq: 63, epoch: 1 })
    expect(await kindsOf(restored, account, [lost])).toEqual(['replayed'])
  })

  test('gives work back when its writer still has a head from before the epoch, and does it the next time', async () => {
    const account = await openAccount(tables)
    const before = opaque(account, `${account}-before`)
    await kindsOf(tables, account, [before])
    await restoreTo(account, 2)
    const stale = writerOn(restored)
    expect(await stale.commit(account, [charge(before)], inTime)).toMatchObject([{ kind: 'replayed' }])

    await writerOn(restored).commit(account, [restore(account)], inTime)
    const after = opaque(account, `${account}-after`)
    expect(await kindsOf(restored, account, [after])).toEqual(['committed'])
    expect(await stale.commit(account, [charge(after)], inTime)).toMatchObject([{ kind: 'not-committed' }])
    expect(await stale.commit(account, [charge(after)], inTime)).toMatchObject([{ kind: 'replayed' }])
  })
})
