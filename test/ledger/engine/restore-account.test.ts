import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knownEpochs } from '../../../shared/ledger/io/archive/known-epochs.ts'
import { restoreAccount } from '../../../shared/ledger/io/archive/restore-account.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { dropSnapshots, readCursor } from '../../../shared/spend/io/snapshots-table.ts'
import { type Damage, damageTo } from '../../cli/engine/verify/damage.ts'
import {
  type Account,
  archiveLinesOf,
  decided,
  linesOf,
  MINUTE,
  NOON,
  priced,
  type Stack,
  startStack,
} from '../../cli/engine/verify/verified-log.ts'
import type { Usage } from '../../world/accounts.ts'
import { writerOn } from '../../world/log-writer.ts'

let stack: Stack
let damage: Damage
beforeAll(async () => {
  stack = await startStack()
  damage = damageTo(stack)
})
afterAll(async () => {
  damage.stop()
  await stack.stop()
})

interface Lost extends Account {
  readonly usages: readonly Usage[]
}

/** A log of a grant and eight usages, half of them with opaque ids; all of it archived. */
async function archivedAccount(): Promise<Lost> {
  const opened = await stack.openAccount()
  const { account, at, use, decide, fold } = opened
  const usages = Array.from({ length: 8 }, (_, n) =>
    at(NOON + n * MINUTE, n % 2 === 0 ? {} : { id: `${account}-opaque-${n}`, boundAt: undefined }),
  )
  await decide({ kind: 'grant', ...decided(`${account}-grant`, '100') })
  for (const usage of usages) await use(usage)
  await fold()
  return { ...opened, usages }
}

const seqOf = async (account: string) => (await readHead(stack.stored.log, account))!.header.seq

/** The table comes back from a backup that ends with a page. */
async function loseAfter(account: string, cut: number): Promise<void> {
  for (let seq = await seqOf(account); seq > cut; seq -= 1) await damage.losePage(account, seq)
}

let restores = 0

async function restore(account: string, reason = 'table lost') {
  restores += 1
  const latestEpoch = (await knownEpochs(stack.stored)).get(account) ?? 0
  const writer = writerOn(stack.tables)
  const dropFolds = (of: string) => dropSnapshots(stack.stored.snapshots, of)
  return restoreAccount({ ...stack.stored, dropFolds }, writer, account, {
    key: `restore-${restores}`,
    reason,
    actor: 'olga',
    at: NOON,
    latestEpoch,
  })
}

/** To a process that was started after the restore: a log that was restored has a new table, and with it new processes. */
async function publishAgain(account: string, usage: Usage): Promise<void> {
  const outcomes = await writerOn(stack.tables).commit(account, [priced(usage)], () => 60_000)
  expect(outcomes).toMatchObject([{ kind: 'committed' }])
}

const balanceOf = async (account: string) => String((await readHead(stack.stored.log, account))!.header.balance)

async function expectSound(account: string): Promise<void> {
  const { violations } = await stack.verify(account)
  expect(linesOf(violations)).toEqual([])
  expect(archiveLinesOf(violations)).toEqual([])
}

describe('a log restored from a backup and its archive', () => {
  test('has every entry again, once, and nothing is charged twice after it', async () => {
    const { account, usages, fold } = await archivedAccount()
    const balance = await balanceOf(account)
    await loseAfter(account, 4)
    expect(archiveLinesOf((await stack.verify(account)).violations)).toEqual([
      'archive, page 4, entry -: page 10, which is archived | the log ends with page 4',
    ])

    expect(await restore(account)).toEqual({
      kind: 'restored',
      cut: 4,
      epoch: 1,
      appended: 6,
      standing: 0,
      differing: 0,
      missing: 0,
    })
    expect(await balanceOf(account)).toBe(balance)
    const again = await writerOn(stack.tables).commit(account, usages.map(priced), () => 60_000)
    expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(['replayed']))
    await fold()
    await expectSound(account)
  })

  test('charges what never came to the archive when it is published again', async () => {
    const { account, at, use } = await archivedAccount()
    const unarchived = at(NOON + 20 * MINUTE, { id: `${account}-late`, boundAt: undefined })
    await use(unarchived)
    const balance = await balanceOf(account)
    await loseAfter(account, 4)
    await restore(account)
    await publishAgain(account, unarchived)
    expect(await balanceOf(account)).toBe(balance)
    await expectSound(account)
  })

  test('interrupted is restored once more, whatever the reason, and has every entry once', async () => {
    const { account, fold } = await archivedAccount()
    const balance = await balanceOf(account)
    await loseAfter(account, 4)
    await restore(account, 'first try')
    await loseAfter(account, 7)
    expect(await restore(account, 'second try')).toMatchObject({ cut: 7, epoch: 2, appended: 4, standing: 2 })
    expect(await restore(account, 'second try')).toMatchObject({ epoch: 3, appended: 0 })
    expect(await balanceOf(account)).toBe(balance)
    await fold()
    await expectSound(account)
  })

  test('after a second loss, for the same reason, gets back what came after the first one too', async () => {
    const { account, at, usages, fold } = await archivedAccount()
    await loseAfter(account, 6)
    await restore(account)
    const later = at(NOON + 30 * MINUTE, { id: `${account}-later`, boundAt: undefined })
    await publishAgain(account, later)
    await fold()
    const balance = await balanceOf(account)
    await loseAfter(account, 8)
    expect(await restore(account)).toMatchObject({ cut: 8, epoch: 2 })
    expect(await balanceOf(account)).toBe(balance)
    const again = await writerOn(stack.tables).commit(account, [...usages, later].map(priced), () => 60_000)
    expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(['replayed']))
  })

  test('says how many pages never came to the archive', async () => {
    const { account, at, use, fold } = await archivedAccount()
    await use(at(NOON + 20 * MINUTE))
    const { client, bucket } = stack.stored.archive
    await fold()
    const Key = `log/${account}/0000000001-0000000010.pages`
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
    await loseAfter(account, 4)
    expect(await restore(account)).toMatchObject({ cut: 4, appended: 1, missing: 6 })
  })

  test('to before an earlier restore takes what came after that from its epoch, and opens a new one', async () => {
    const { account, at, fold } = await archivedAccount()
    await loseAfter(account, 7)
    await restore(account, 'first')
    await publishAgain(account, at(NOON + 30 * MINUTE))
    await fold()
    const balance = await balanceOf(account)
    await loseAfter(account, 3)
    expect(await restore(account, 'second')).toMatchObject({ cut: 3, epoch: 2, appended: 8, differing: 0 })
    expect(await balanceOf(account)).toBe(balance)
    await fold()
    await expectSound(account)
  })

  test('begins with its first page when nothing of it came back', async () => {
    const { account } = await archivedAccount()
    const balance = await balanceOf(account)
    await loseAfter(account, 0)
    expect(await restore(account)).toMatchObject({ cut: 1, appended: 9 })
    expect(await balanceOf(account)).toBe(balance)
  })

  test('has no snapshots that know of lost pages', async () => {
    const { account } = await archivedAccount()
    await loseAfter(account, 4)
    await restore(account)
    expect(await readCursor(stack.stored.snapshots, account)).toBeUndefined()
    expect(linesOf((await stack.verify(account)).violations)).toEqual([])
  })
})
