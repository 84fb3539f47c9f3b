import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Archiver, sealBuckets } from '../../../../functions/project-log/archiver.ts'
import { writeCheckpoint } from '../../../../functions/write-checkpoints/write-checkpoints.ts'
import { bucketOf } from '../../../../shared/ledger/coverage/id-index.ts'
import { identityOf } from '../../../../shared/ledger/entries/entries.ts'
import { archivePages, type Block, blockKey } from '../../../../shared/ledger/io/archive/page-archive.ts'
import { anchorsOf, checkpointDays, findCheckpoint, readCompletion } from '../../../../shared/ledger/io/checkpoints.ts'
import { readHead } from '../../../../shared/ledger/io/log-table.ts'
import { putIndex, readIndex } from '../../../../shared/ledger/io/search/id-indexes.ts'
import { type Damage, damageTo, repack } from './damage.ts'
import {
  type Account,
  archiveLinesOf,
  decided,
  HOUR,
  linesOf,
  MINUTE,
  NOON,
  type Stack,
  startStack,
} from './verified-log.ts'

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

let days = 0
const nextDay = (): string => {
  days += 1
  return `2026-12-${String(days).padStart(2, '0')}`
}

const loseArchived = async (block: Block): Promise<void> => {
  const { client, bucket } = stack.stored.archive
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: blockKey(block) }))
}

const always = () => true
const portsOf = ({ stored }: Stack) => ({ log: stored.log, accounts: stored.accounts, checkpoints: stored.checkpoints })

/** An account with six pages, three of which a checkpoint knows. */
async function checkpointed(): Promise<Account & { readonly day: string }> {
  const opened = await stack.openAccount()
  const { at, use, fold } = opened
  for (let n = 0; n < 2; n += 1) await use(at(NOON + n * MINUTE))
  await fold()
  const day = nextDay()
  expect(await writeCheckpoint(portsOf(stack), day, always)).toMatchObject({ kind: 'done' })
  for (let n = 2; n < 5; n += 1) await use(at(NOON + n * MINUTE))
  return { ...opened, day }
}

async function since(account: string, day: string) {
  const checkpoint = (await findCheckpoint(stack.stored.checkpoints, day))!
  return stack.verify(account, { checkpoint, isSinceCheckpoint: true })
}

async function against(account: string, day: string) {
  return stack.verify(account, { checkpoint: await findCheckpoint(stack.stored.checkpoints, day) })
}

describe('a checkpoint', () => {
  test('holds the head of every log, once a day', async () => {
    const { account, day, use, at } = await checkpointed()
    const completion = (await readCompletion(stack.stored.checkpoints, day))!
    const anchors = new Map<string, number>()
    for await (const anchor of anchorsOf(stack.stored.checkpoints, completion)) anchors.set(anchor.account, anchor.seq)
    expect(anchors.get(account)).toBe(3)
    expect(anchors.size).toBe(completion.accounts)

    await use(at(NOON + HOUR))
    expect(await writeCheckpoint(portsOf(stack), day, always)).toMatchObject({ kind: 'done-before' })
    expect(await readCompletion(stack.stored.checkpoints, day)).toEqual(completion)
  })

  test('goes on where a call ran out of time, and is none until it is done', async () => {
    await checkpointed()
    const day = nextDay()
    let calls = 0
    const once = () => {
      calls += 1
      return calls === 1
    }
    expect(await writeCheckpoint(portsOf(stack), day, () => false)).toEqual({ kind: 'unfinished', accounts: 0 })
    expect(await readCompletion(stack.stored.checkpoints, day)).toBeUndefined()
    expect(await findCheckpoint(stack.stored.checkpoints, day)).toBeUndefined()
    expect(await writeCheckpoint(portsOf(stack), day, once)).toMatchObject({ kind: 'done' })
    expect((await checkpointDays(stack.stored.checkpoints))[0]).toBe(day)
  })

  test('whose parts are not those that it was completed with is not believed', async () => {
    const { account, day } = await checkpointed()
    const completion = (await readCompletion(stack.stored.checkpoints, day))!
    const forged = { ...completion, last: '0'.repeat(63).concat('1') }
    const { violations } = await stack.verify(account, { checkpoint: forged })
    expect(linesOf(violations)).toEqual([
      `checkpoint, page -, entry -: checkpoint ${day} as it was completed | the parts of checkpoint ${day} are not those it was completed with`,
    ])
  })
})

describe('verifying since a checkpoint', () => {
  test('reads what is new alone, and comes to the same sums', async () => {
    const { account, day } = await checkpointed()
    const whole = await stack.verify(account)
    const { verdict, violations } = await since(account, day)
    expect(linesOf(violations)).toEqual([])
    expect(archiveLinesOf(violations)).toEqual([])
    expect(verdict).toEqual({ ...whole.verdict, pages: 3, entries: 3, checkpoint: day })
  })

  test('reads nothing when nothing is new, and all of an account that is newer', async () => {
    const { account, day, fold } = await checkpointed()
    await fold()
    const later = nextDay()
    await writeCheckpoint(portsOf(stack), later, always)
    expect((await since(account, later)).verdict).toMatchObject({ pages: 0, entries: 0, charged: '2', violations: 0 })

    const young = await stack.openAccount()
    await young.use(young.at(NOON))
    expect((await since(young.account, day)).verdict).toMatchObject({ pages: 2, violations: 0 })
  })

  test('finds a page that was changed since', async () => {
    const { account, day } = await checkpointed()
    await damage.page(account, 5, (item) => ({ ...item, d: { N: '7' } }))
    const { violations } = await since(account, day)
    expect(linesOf(violations).map((line) => line.split(',')[0])).toContain('hash')
  })

  test('finds an identity that stands in a page before the checkpoint already', async () => {
    const { account, at, use } = await stack.openAccount()
    await use(at(NOON))
    const [, first] = await damage.pages(account)
    const day = nextDay()
    await writeCheckpoint(portsOf(stack), day, always)
    await use(at(NOON + MINUTE))
    await damage.forge(account, 3, { entries: () => first!.entries })
    const { violations } = await since(account, day)
    expect(linesOf(violations).filter((line) => line.startsWith('identity'))).toHaveLength(1)
  })

  test('finds an id that came late and was charged in its own time already', async () => {
    const { account, at, use } = await stack.openAccount()
    const first = at(NOON)
    await use(first)
    for (let n = 1; n < 5; n += 1) await use(at(NOON + n * HOUR))
    const day = nextDay()
    await writeCheckpoint(portsOf(stack), day, always)
    const late = at(NOON + 1)
    await use(late)
    const pages = await damage.pages(account)
    await damage.marker(identityOf(pages[1]!.entries[0]!, account), {
      account: { S: account },
      seq: { N: '6' },
      epoch: { N: '0' },
    })
    await damage.forge(account, 7, { entries: () => pages[1]!.entries })
    const { violations } = await since(account, day)
    expect(linesOf(violations).filter((line) => line.startsWith('identity'))).toHaveLength(1)
  })

  test('says of months that can’t be read that they can’t', async () => {
    const { account, day, fold } = await checkpointed()
    await fold()
    await damage.snapshot(account, 'totals#2026-11', (item) => ({ ...item, packed: { B: new Uint8Array([1]) } }))
    const lines = linesOf((await since(account, day)).violations)
    expect(lines).toEqual([expect.stringMatching(/^snapshot, .*can be read/)])
  })

  test('finds months that together are not what was charged', async () => {
    const { account, day, fold } = await checkpointed()
    await fold()
    await damage.snapshot(account, 'totals#2026-11', (item) => repack(item, /"charged":"2"/, '"charged":"1.9"'))
    const { violations } = await since(account, day)
    expect(linesOf(violations)).toEqual(['snapshot, page 6, entry -: charged 2 credits in all months together | 1.9'])
  })
})

describe('a log held against a checkpoint', () => {
  test('of which the end was cut off is found out', async () => {
    const { account, day } = await checkpointed()
    const later = nextDay()
    await writeCheckpoint(portsOf(stack), later, always)
    for (const seq of [5, 6]) await damage.losePage(account, seq)
    const ending = [`checkpoint, page 6, entry -: page 6, as on ${later} | the log ends with page 4`]
    expect(linesOf((await against(account, later)).violations)).toEqual(ending)
    expect(linesOf((await against(account, day)).violations)).toEqual([])
  })

  test('that was written anew, well-formed, is found out, and all of it is told', async () => {
    const { account, day } = await checkpointed()
    await damage.forge(account, 3, { header: () => ({ nonce: 'ffffffffffffffff' }) })
    for (const look of [against, since]) {
      const lines = linesOf((await look(account, day)).violations)
      expect(lines).toContainEqual(expect.stringMatching(/^checkpoint, page 3, entry -: hash [0-9a-f]{64}, as on /))
    }
  })
})

describe('a log restored to before a checkpoint', () => {
  const restored = { kind: 'restore', epoch: 1, key: 'b-1', actor: 'ada', at: NOON, reason: 'Test' } as const

  test('is held against it by its archive, and verified as a whole', async () => {
    const { account, fold } = await checkpointed()
    await fold()
    const later = nextDay()
    await writeCheckpoint(portsOf(stack), later, always)
    for (const seq of [4, 5, 6]) await damage.losePage(account, seq)
    for (const part of ['cursor', 'totals#2026-11', 'users#2026-11#1#0', 'pool#2026-11#account'])
      await damage.snapshot(account, part, () => undefined)
    await stack.decideAnew(account, restored)
    const { verdict, violations } = await since(account, later)
    expect(linesOf(violations)).toEqual([])
    expect(verdict).toMatchObject({ pages: 4 })

    await loseArchived({ account, epoch: 0, first: 4, last: 6 })
    const lines = linesOf((await since(account, later)).violations)
    expect(lines).toEqual([expect.stringMatching(/^checkpoint, page 6, entry -: hash .* in the archive/)])
  })
})

describe('all logs held against a checkpoint', () => {
  test('lack an account that is gone with all of its tables', async () => {
    const { account, day } = await checkpointed()
    const checkpoint = (await readCompletion(stack.stored.checkpoints, day))!
    for (let seq = 1; seq <= 6; seq += 1) await damage.losePage(account, seq)
    for (const part of ['cursor', 'totals#2026-11', 'users#2026-11#1#0', 'pool#2026-11#account'])
      await damage.snapshot(account, part, () => undefined)
    await damage.record(account, () => undefined)
    const { violations } = await stack.verify(undefined, { checkpoint })
    expect(violations.filter((one) => one.account === account)).toEqual([
      { account, page: 3, check: 'checkpoint', expected: `page 3, as on ${day}`, found: 'no such account' },
    ])
  })
})

describe('a log held against its archive', () => {
  test('has every page there that was followed', async () => {
    const { account, fold } = await checkpointed()
    await fold()
    expect(archiveLinesOf((await stack.verify(account)).violations)).toEqual([])
    await loseArchived({ account, epoch: 0, first: 4, last: 6 })
    expect(archiveLinesOf((await stack.verify(account)).violations)).toEqual([
      'archive, page 4, entry -: page 4 in the archive | none',
      'archive, page 5, entry -: page 5 in the archive | none',
      'archive, page 6, entry -: page 6 in the archive | none',
    ])
  })

  test('has indexes of ids as its pages give them', async () => {
    const { account, at, use } = await stack.openAccount()
    for (let n = 0; n < 120; n += 1) await use(at(NOON + n * MINUTE))
    const head = (await readHead(stack.stored.log, account))!.header
    const archiver = new Archiver(stack.stored.archive)
    await sealBuckets({ log: stack.stored.log, archiver }, undefined, head, always)
    // Sixteen pages and fewer need none: all buckets of this log span more.
    const index = (await readIndex(stack.stored.archive, account, bucketOf(NOON + 30 * MINUTE)))!
    expect(archiveLinesOf((await stack.verify(account)).violations)).toEqual([])
    await putIndex(stack.stored.archive, { ...index, records: index.records.subarray(10) })
    expect(archiveLinesOf((await stack.verify(account)).violations)).toEqual([
      expect.stringContaining('the index of ids from 2026-11-23T12:30:00.000Z on as its pages give it | another one'),
    ])
  })

  test('is as it was archived', async () => {
    const { account, fold } = await checkpointed()
    await fold()
    await damage.page(account, 2, (item) => ({ ...item, w: { N: '7' } }))
    const [line] = archiveLinesOf((await stack.verify(account)).violations)
    expect(line).toMatch(/^archive, page 2, entry -: the page with hash /)
  })

  test('of which the end was cut off with its snapshots and markers is found out', async () => {
    const { account } = await checkpointed()
    const pages = [(await readHead(stack.stored.log, account))!]
    await archivePages(stack.stored.archive, pages)
    for (const seq of [5, 6]) await damage.losePage(account, seq)
    expect(archiveLinesOf((await stack.verify(account)).violations)).toEqual([
      'archive, page 4, entry -: page 6, which is archived | the log ends with page 4',
    ])
  })
})

test.each([
  ['0.1', []],
  ['0.2', ['re-rating, page 7, entry 0: 0.1 credits: 0.4 before, 0.3 by version 1 | 0.2']],
])('a re-rating of %s credits since a checkpoint is held against its charge of before', async (amount, lines) => {
  const { account, day, decide } = await checkpointed()
  const [charge] = (await damage.pages(account))[1]!.entries
  if (charge?.kind !== 'charge') throw new Error('no charge')
  const { source, id, time, user, group, category, service } = charge
  await decide({
    kind: 'rerating',
    of: { source, id },
    nth: 1,
    time,
    user,
    group,
    category,
    service,
    rateCard: 1,
    ...decided('rerating', amount),
  })
  expect(linesOf((await since(account, day)).violations)).toEqual(lines)
})
