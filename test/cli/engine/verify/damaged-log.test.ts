import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChargeEntry, usageIdentity } from '../../../../shared/ledger/entries/charge.ts'
import type { Entry } from '../../../../shared/ledger/entries/entries.ts'
import { requestIdentity } from '../../../../shared/ledger/entries/identity.ts'
import type { PageHeader } from '../../../../shared/ledger/page/page.ts'
import { credits } from '../../../../shared/money/amounts.ts'
import { type Damage, damageTo, flipByte, repack } from './damage.ts'
import { type Account, decided, HOUR, linesOf, MINUTE, NOON, type Stack, startStack, tokens } from './verified-log.ts'

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

/**
 * Five pages: opening with a level of 5 credits; grant of 10; two fresh charges of 0.3; an opaque id of 0.4 and a late
 * one of 0.3; a charge of 8, which falls below the level. Folded up to page 4, unless told otherwise.
 */
async function sound(folds: 'folded' | 'unfolded' = 'folded'): Promise<Account & { readonly opaque: string }> {
  const account = await stack.openAccount('5')
  const { at, use, decide, fold } = account
  const opaque = `${account.account}-opaque`
  await decide({ kind: 'grant', ...decided('grant', '10') })
  await use(at(NOON - MINUTE), at(NOON - MINUTE))
  await use(at(NOON, { id: opaque }), at(NOON - 5 * HOUR))
  if (folds === 'folded') await fold()
  await use(at(NOON + MINUTE, { user: 'u-2', ...tokens(20_000) }))
  return { ...account, opaque }
}

const found = async ({ account }: Account) => linesOf((await stack.verify(account)).violations)
const hashOf = async ({ account }: Account, seq: number) => (await damage.pages(account))[seq - 1]!.hash
const HASH = expect.stringMatching(/^[0-9a-f]{64}/)

const ofFirst = (change: (charge: ChargeEntry) => Partial<ChargeEntry>) => (entries: readonly Entry[]) =>
  entries.map((entry, position) => (position === 0 && entry.kind === 'charge' ? { ...entry, ...change(entry) } : entry))

test('the log that the others damage has no violation', async () => {
  expect(await found(await sound())).toEqual([])
})

describe('a page that was changed in its place', () => {
  test('a flipped byte in its body: its content has another hash', async () => {
    const log = await sound('unfolded')
    await damage.page(log.account, 3, (item) => ({ ...item, z: { B: flipByte(item['z']?.B, 40) } }))
    const { violations } = await stack.verify(log.account)
    expect(violations).toContainEqual({
      account: log.account,
      page: 3,
      check: 'hash',
      expected: expect.stringMatching(/^[0-9a-f]{64}, the hash of its content$/),
      found: HASH,
    })
    expect(new Set(violations.map(({ page }) => page))).toEqual(new Set([3]))
  })

  test.each(Array.from({ length: 10 }, (_, n) => n * 9))(
    'byte %d of its body flipped is always found',
    async (place) => {
      const log = await sound('unfolded')
      await damage.page(log.account, 3, (item) => ({ ...item, z: { B: flipByte(item['z']?.B, place) } }))
      expect((await found(log)).join('\n')).toMatch(/hash, page 3, entry -: [0-9a-f]{64}, the hash/)
    },
  )

  test('a wrong balance', async () => {
    const log = await sound()
    await damage.page(log.account, 3, (item) => ({ ...item, b: { N: '9.5' } }))
    expect(await found(log)).toEqual([
      expect.stringMatching(/^hash, page 3, entry -: [0-9a-f]{64}, the hash of its content \| [0-9a-f]{64}$/),
      'balance, page 3, entry -: 9.4 credits, credited minus charged | 9.5',
    ])
  })

  test('a format that nobody wrote yet', async () => {
    const log = await sound('unfolded')
    await damage.page(log.account, 5, (item) => ({ ...item, v: { N: '9' } }))
    expect((await found(log))[0]).toMatch(/^page, page 5, entry -: a page that can be read \| .*has format 9/)
  })

  test('an attribute that is gone', async () => {
    const log = await sound('unfolded')
    await damage.page(log.account, 5, ({ p: _, ...item }) => item)
    expect(await found(log)).toEqual(['page, page 5, entry -: a page that can be read | no binary previous hash'])
  })
})

describe('pages that are not there', () => {
  test('one in the middle', async () => {
    const log = await sound('unfolded')
    await damage.losePage(log.account, 3)
    expect(await found(log)).toEqual(['number, page 4, entry -: page 3 | page 4'])
  })

  test('the first', async () => {
    const log = await sound('unfolded')
    await damage.losePage(log.account, 1)
    expect(await found(log)).toEqual(['number, page 2, entry -: page 1 | page 2'])
  })

  test('the last: the snapshots and the cursor are ahead of the log', async () => {
    const log = await sound()
    await log.fold()
    await damage.losePage(log.account, 5)
    expect(await found(log)).toEqual([
      'cursor, page 5, entry -: one of the pages 1 to 4 | page 5',
      'snapshot, page 5, entry -: one of the pages 1 to 4 | pool#2026-11#account up to page 5',
      'snapshot, page 5, entry -: one of the pages 1 to 4 | totals#2026-11 up to page 5',
      'snapshot, page 5, entry -: one of the pages 1 to 4 | users#2026-11#1#0 up to page 5',
    ])
  })

  test('all of them: a record without a log, and markers of no log', async () => {
    const log = await sound('unfolded')
    for (const { header } of await damage.pages(log.account)) await damage.losePage(log.account, header.seq)
    expect(await found(log)).toEqual([
      'account, page -, entry -: a log of the account | none',
      ...[1, 3, 3].map(() =>
        expect.stringMatching(/^marker, page [13], entry -: a log of acme-\w+ \| marker \S+ at page/),
      ),
    ])
  }, 10_000)
})

describe('a page forged together with all hashes and totals behind it', () => {
  test('the price of a charge', async () => {
    const log = await sound('unfolded')
    await damage.forge(log.account, 3, { entries: ofFirst(() => ({ credits: credits('0.29') })) })
    expect(await found(log)).toEqual(['price, page 3, entry 0: 0.3 credits by version 1 | 0.29 credits by version 1'])
  })

  test('a version that was never published', async () => {
    const log = await sound('unfolded')
    await damage.forge(log.account, 3, { entries: ofFirst(() => ({ rateCard: 3 })) })
    expect(await found(log)).toEqual(['price, page 3, entry 0: one of 2 published versions | 0.3 credits by version 3'])
  })

  test('a version that was not in force', async () => {
    const log = await sound('unfolded')
    await damage.forge(log.account, 3, { entries: ofFirst(() => ({ rateCard: 2, credits: credits('0.4') })) })
    expect(await found(log)).toEqual([
      'rate card, page 3, entry 0: 0.3 credits by version 1, the prices in force at 2026-11-23T11:59:00.000Z | 0.4 credits by version 2',
    ])
  })

  test('an entry that stands twice in a page', async () => {
    const log = await sound('unfolded')
    const [, , page] = await damage.pages(log.account)
    const charge = page!.entries[0] as ChargeEntry
    await damage.forge(log.account, 3, { entries: (entries) => [...entries, charge] })
    expect(await found(log)).toEqual([
      `identity, page 3, entry 2: usage /chat/eu ${charge.id} once | also in page 3 entry 0 of ${log.account}`,
    ])
  })

  test('an entry that stands in two pages', async () => {
    const log = await sound('unfolded')
    await damage.forge(log.account, 5, { entries: () => [{ kind: 'grant', ...decided('grant', '10') }] })
    expect(await found(log)).toEqual([
      `identity, page 5, entry 0: api ${log.account} grant once | also in page 2 entry 0 of ${log.account}`,
    ])
  })

  test('a second opening', async () => {
    const log = await sound('unfolded')
    const open: Entry = { kind: 'open', key: 'again', actor: 'eve', at: NOON, settings: { lowBalanceLevels: [] } }
    await damage.forge(log.account, 5, { entries: () => [open] })
    expect(await found(log)).toContain('settings, page 5, entry 0: the opening in page 1 alone | another one')
  })

  test.each<[string, (header: PageHeader) => Partial<PageHeader>, string]>([
    [
      'the lifetime sum of charges',
      () => ({ totalCharged: credits('1.2'), balance: credits('8.8') }),
      'charged, page 4, entry -: 1.3 | 1.2',
    ],
    [
      'the lifetime sum of credits',
      () => ({ totalCredited: credits('11'), balance: credits('9.7') }),
      'credited, page 4, entry -: 10 | 11',
    ],
    [
      'the balance alone',
      () => ({ balance: credits('9') }),
      'balance, page 4, entry -: 8.7 credits, credited minus charged | 9',
    ],
    ['the log time', () => ({ logTime: NOON + 1 }), `log time, page 4, entry -: ${NOON - MINUTE} ms | ${NOON + 1} ms`],
    ['the crossings', () => ({ crossings: [credits('5')] }), 'crossings, page 4, entry -: none | 5'],
    [
      'the settings in force',
      () => ({ settingsSeq: 3 }),
      'settings, page 4, entry -: those of page 1 | those of page 3',
    ],
    ['the cuts', () => ({ cuts: [2] }), 'cuts, page 4, entry -:  | 2'],
  ])('%s', async (_, header, line) => {
    const log = await sound('unfolded')
    await damage.forge(log.account, 4, { header })
    expect(await found(log)).toEqual([line])
  })

  test('a top-up state that does not follow from the log', async () => {
    const log = await sound('unfolded')
    await damage.forge(log.account, 5, { header: () => ({ topUp: { kind: 'idle' } }) })
    expect(await found(log)).toEqual(['top-up, page 5, entry -: off | idle'])
  })

  test('a crossing that is missing', async () => {
    const log = await sound('unfolded')
    await damage.forge(log.account, 5, { header: () => ({ crossings: [] }) })
    expect(await found(log)).toEqual(['crossings, page 5, entry -: 5 | none'])
  })

  test('the hash of the page before it', async () => {
    const log = await sound('unfolded')
    const before = await hashOf(log, 3)
    await damage.forge(log.account, 4, { header: () => ({ previousHash: '12'.repeat(32) }) })
    expect(await found(log)).toEqual([`chain, page 4, entry -: ${before} | ${'12'.repeat(32)}`])
  })

  test('anything at all, where it was folded before: the cursor names another hash', async () => {
    const log = await sound()
    const before = await hashOf(log, 4)
    await damage.forge(log.account, 2, { entries: ([grant]) => [{ ...grant!, actor: 'eve' } as Entry] })
    expect(await found(log)).toEqual([`cursor, page 4, entry -: hash ${await hashOf(log, 4)} | hash ${before}`])
  })
})

describe('markers', () => {
  test('one that was removed', async () => {
    const log = await sound()
    const { account, opaque } = log
    await damage.marker(usageIdentity({ source: '/chat/eu', id: opaque }), undefined)
    expect(await found(log)).toEqual([`coverage, page 4, entry 0: a marker of ${account} before page 4 | no marker`])
  })

  test('one that a late id needs, removed', async () => {
    const log = await sound()
    const [, , , page] = await damage.pages(log.account)
    await damage.marker(usageIdentity(page!.entries[1] as ChargeEntry), undefined)
    expect(await found(log)).toEqual([
      `coverage, page 4, entry 1: a marker of ${log.account} before page 4, or a page of its id’s time | no marker`,
    ])
  })

  test('one that a grant needs, removed', async () => {
    const log = await sound()
    await damage.marker(requestIdentity(log.account, 'grant'), undefined)
    expect(await found(log)).toEqual([
      `coverage, page 2, entry 0: a marker of ${log.account} before page 2 | no marker`,
    ])
  })

  test('one that was put after its page', async () => {
    const log = await sound()
    const { account, opaque } = log
    const marker = { account: { S: account }, seq: { N: '4' }, epoch: { N: '0' } }
    await damage.marker(usageIdentity({ source: '/chat/eu', id: opaque }), marker)
    expect(await found(log)).toEqual([
      `coverage, page 4, entry 0: a marker of ${account} before page 4 | a marker of ${account} at page 4`,
    ])
  })

  test.each([
    ['a page that there is not', { seq: '99', epoch: '0' }, 'one of the pages 1 to 5 | marker KEY at page 99'],
    ['a page that can’t be', { seq: '0', epoch: '0' }, 'one of the pages 1 to 5 | marker KEY at page 0'],
    ['an epoch that there is not', { seq: '5', epoch: '1' }, 'an epoch up to 0 | marker KEY at page 5, epoch 1'],
  ])('one to %s', async (_, { seq, epoch }, line) => {
    const log = await sound()
    const marker = { account: { S: log.account }, seq: { N: seq }, epoch: { N: epoch } }
    await damage.marker(usageIdentity({ source: '/nowhere', id: log.account }), marker)
    const lines = await found(log)
    expect(lines.map((text) => text.replace(/marker \S{22} at/, 'marker KEY at'))).toEqual([
      `marker, page ${seq}, entry -: ${line}`,
    ])
  })

  test('one that waits for an entry is no violation: what it was put for was parked, or its writer died', async () => {
    const log = await sound()
    const marker = { account: { S: log.account }, seq: { N: '5' }, epoch: { N: '0' } }
    await damage.marker(usageIdentity({ source: '/parked', id: log.account }), marker)
    expect(await found(log)).toEqual([])
  })
})

describe('snapshots', () => {
  test('totals that are off by one credit', async () => {
    const log = await sound()
    await damage.snapshot(log.account, 'totals#2026-11', (item) => repack(item, /"charged":"1.3"/, '"charged":"2.3"'))
    expect(await found(log)).toEqual([
      expect.stringMatching(
        /^snapshot, page 4, entry -: in totals#2026-11 up to page 4: …?.*"charged":"1\.3".* \| …?.*"charged":"2\.3"/,
      ),
    ])
  })

  test('a user’s spend that is off by one credit', async () => {
    const log = await sound()
    await damage.snapshot(log.account, 'users#2026-11#1#0', (item) => repack(item, /"23","1.3"/, '"23","0.3"'))
    expect(await found(log)).toEqual([
      expect.stringMatching(/^snapshot, page 4, entry -: in users#2026-11#1#0 up to page 4: .*"1\.3".* \| .*"0\.3"/),
    ])
  })

  test('totals that say they are of a later page than they are', async () => {
    const log = await sound()
    await damage.snapshot(log.account, 'totals#2026-11', (item) => ({ ...item, seq: { N: '5' } }))
    expect((await found(log)).join('\n')).toMatch(/^snapshot, page 5, entry -: in totals#2026-11 up to page 5: /)
  })

  test('totals that the cursor has left behind', async () => {
    const log = await sound()
    await damage.snapshot(log.account, 'cursor', (item) => ({ ...item, seq: { N: '5' } }))
    const lines = await found(log)
    expect(lines).toContainEqual(
      expect.stringMatching(/^cursor, page 5, entry -: hash [0-9a-f]{64} \| hash [0-9a-f]{64}$/),
    )
    expect(lines).toContainEqual(expect.stringMatching(/^snapshot, page 5, entry -: in totals#2026-11 up to page 5/))
  })

  test('a part that is missing', async () => {
    const log = await sound()
    await damage.snapshot(log.account, 'users#2026-11#1#0', () => undefined)
    expect(await found(log)).toEqual([
      'snapshot, page 4, entry -: users#2026-11#1#0, folded up to page 4 | no such part',
    ])
  })

  test('a part that can’t be read, and one whose name says nothing', async () => {
    const log = await sound()
    await damage.snapshot(log.account, 'totals#2026-11', (item) => ({ ...item, packed: { B: new Uint8Array([1, 2]) } }))
    await damage.snapshot(log.account, 'users#all', () => ({ seq: { N: '4' }, format: { N: '2' } }))
    const lines = await found(log)
    expect(lines).toContainEqual('snapshot, page 4, entry -: a name of a part | users#all')
    expect(lines).toContainEqual(
      expect.stringMatching(/^snapshot, page 4, entry -: totals#2026-11 that can be read \| ./),
    )
  })

  test('a cursor ahead of the log', async () => {
    const log = await sound()
    await damage.snapshot(log.account, 'cursor', (item) => ({ ...item, seq: { N: '9' } }))
    expect(await found(log)).toEqual(['cursor, page 9, entry -: one of the pages 1 to 5 | page 9'])
  })

  test('a cursor in a time zone that there is not', async () => {
    const log = await sound()
    await damage.snapshot(log.account, 'cursor', (item) => ({ ...item, time_zone: { S: 'Mars/Olympus' } }))
    expect(await found(log)).toEqual(['cursor, page 4, entry -: a time zone | Mars/Olympus'])
  })
})
