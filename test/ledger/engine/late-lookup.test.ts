import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Archiver, sealBuckets } from '../../../functions/project-log/archiver.ts'
import { documentClient } from '../../../shared/aws/document-client.ts'
import { BUCKET_MS, bucketOf } from '../../../shared/ledger/coverage/id-index.ts'
import { readHead, readPage } from '../../../shared/ledger/io/log-table.ts'
import { indexKey, putIndex, readIndex } from '../../../shared/ledger/io/search/id-indexes.ts'
import { MINUTE_MS } from '../../../shared/time/instant.ts'
import { charge, inTime, openAccount, type Usage, usageAt } from '../../world/accounts.ts'
import { type LocalArchive, startArchive } from '../../world/local-archive.ts'
import { writerOn } from '../../world/log-writer.ts'
import { startTables, type Tables } from '../../world/tables.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const BUCKET = bucketOf(NOON + 30 * MINUTE_MS)

let tables: Tables
let archive: LocalArchive
beforeAll(async () => {
  tables = await startTables()
  archive = await startArchive()
})
afterAll(async () => {
  await archive.stop()
  await tables.stop()
})
beforeEach(() => {
  archive.isDown = false
})

const logOf = () => ({ documents: tables.documents, name: tables.names.log })

/** An account with a page for each usage, one a minute for two hours, sealed as project-log does. */
async function sealedAccount(): Promise<{ readonly account: string; readonly usages: readonly Usage[] }> {
  const account = await openAccount(tables)
  const usages = Array.from({ length: 240 }, (_, n) => usageAt(account, NOON + n * 30_000))
  const writer = writerOn(tables)
  for (const usage of usages) await writer.commit(account, [charge(usage)], inTime)
  const { header } = (await readHead(logOf(), account))!
  await sealBuckets({ log: logOf(), archiver: new Archiver(archive) }, undefined, header, () => true)
  return { account, usages }
}

/** A process that knows nothing yet, and the pages that it reads. */
function coldProcess() {
  const documents = documentClient()
  let pages = 0
  documents.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args)
        const output = answer.output as { readonly Items?: readonly unknown[]; readonly Item?: unknown }
        if (commandName === 'QueryCommand') pages += output.Items?.length ?? 0
        if (commandName === 'GetItemCommand' && output.Item !== undefined) pages += 1
        return answer
      },
    { step: 'initialize' },
  )
  const writer = writerOn({ documents, names: tables.names }, { archive, now: () => NOON })
  const kindOf = async (usage: Usage) => (await writer.commit(usage.account, [charge(usage)], inTime))[0]!.kind
  return { kindOf, writer, pages: () => pages }
}

describe('an event that comes weeks late', () => {
  test('is looked for by one read of the archive, and charged', async () => {
    const { account } = await sealedAccount()
    const [before, cold] = [archive.gets(), coldProcess()]
    const late = usageAt(account, BUCKET + MINUTE_MS + 1)
    expect(await cold.kindOf(late)).toBe('committed')
    expect(archive.gets() - before).toBe(1)
    // The head, the page that the index names as its last, and the settings.
    expect(cold.pages()).toBeLessThanOrEqual(3)
    expect(await coldProcess().kindOf(late)).toBe('replayed')
  })

  test('that was charged in its time is found in the page that the index names', async () => {
    const { usages } = await sealedAccount()
    const cold = coldProcess()
    expect(await cold.kindOf(usages[61]!)).toBe('replayed')
    expect(cold.pages()).toBeLessThanOrEqual(3)
    expect(await cold.kindOf({ ...usages[62]!, user: 'another' })).toBe('conflict')
  })

  test('is found by who looks for its charge, too', async () => {
    const { account, usages } = await sealedAccount()
    const cold = coldProcess()
    const { source, id } = usages[61]!
    expect((await cold.writer.findCharge(account, source, id))?.entry.id).toBe(id)
    expect(cold.pages()).toBeLessThanOrEqual(3)
  })

  test('is looked for in the log when the archive can’t be reached, with the same result', async () => {
    const { account, usages } = await sealedAccount()
    archive.isDown = true
    expect(await coldProcess().kindOf(usages[61]!)).toBe('replayed')
    const late = usageAt(account, BUCKET + MINUTE_MS + 1)
    expect(await coldProcess().kindOf(late)).toBe('committed')
    archive.isDown = false
    expect(await coldProcess().kindOf(late)).toBe('replayed')
  })

  test('is not believed to be absent by an index of another log: that of a table since restored', async () => {
    const { account, usages } = await sealedAccount()
    const index = (await readIndex(archive, account, BUCKET))!
    const other = (await readPage(logOf(), account, index.pages.to.seq - 1))!
    await putIndex(archive, { ...index, lastHash: other.hash, records: new Uint8Array() })
    expect(await coldProcess().kindOf(usages[61]!)).toBe('replayed')
  })

  test('of a bucket that is not sealed is looked for in the log', async () => {
    const { account, usages } = await sealedAccount()
    const recent = usages[239 - 62]!
    expect(await readIndex(archive, account, bucketOf(recent.time))).toBeUndefined()
    expect(await coldProcess().kindOf(recent)).toBe('replayed')
  })
})

describe('sealing', () => {
  test('puts an index for each bucket that has ended half an hour ago, under its account and time', async () => {
    const { account } = await sealedAccount()
    const indexes = await Promise.all(
      Array.from({ length: 12 }, (_, n) => readIndex(archive, account, NOON + n * BUCKET_MS)),
    )
    const sealed = indexes.map((index) => (index === undefined ? 'open' : 'sealed'))
    expect(sealed).toEqual([...Array.from({ length: 8 }, () => 'sealed'), ...Array.from({ length: 4 }, () => 'open')])
    expect(indexKey('acme', NOON)).toBe('index/acme/01795435200000.ids')
  })

  test('goes on from a cursor with the buckets since, and out of time leaves them out', async () => {
    const { account } = await sealedAccount()
    const { header: head } = (await readHead(logOf(), account))!
    const { header: cursor } = (await readPage(logOf(), account, 200))!
    const before = archive.puts()
    await sealBuckets({ log: logOf(), archiver: new Archiver(archive) }, cursor, head, () => false)
    expect(archive.puts()).toBe(before)
    await sealBuckets({ log: logOf(), archiver: new Archiver(archive) }, cursor, head, () => true)
    expect(archive.puts() - before).toBe(2)
  })
})
