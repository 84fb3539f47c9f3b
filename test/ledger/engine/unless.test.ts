import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RefundEntry, refundIdentity } from '../../../shared/ledger/entries/credit.ts'
import { entryDifference, identityOf } from '../../../shared/ledger/entries/entries.ts'
import { requestIdentity } from '../../../shared/ledger/entries/identity.ts'
import type { Proposal } from '../../../shared/ledger/io/commit/proposal.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { charge, inTime, openAccount, usageAt } from '../../world/accounts.ts'
import { writerOn } from '../../world/log-writer.ts'
import { startTables, type Tables } from '../../world/tables.ts'

let tables: Tables
let account: string
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())
beforeEach(async () => {
  account = await openAccount(tables)
})

const of = { source: '/chat/eu', id: 'order-17' }
const made = { key: 'k', actor: 'ada', at: 0, reason: 'Test', reference: undefined, credits: credits('1') }

/** Takes a page. */
const refund = (id = `${account}-1`): Proposal<never> => {
  const entry: RefundEntry = { kind: 'refund', of: { ...of, id }, ...made }
  return {
    identity: identityOf(entry, account),
    boundAt: undefined,
    differenceFrom: (other) => entryDifference(entry, other),
    settle: () => ({ kind: 'entry', entry }),
  }
}

/** An adjustment that must not come after the refund. */
const adjustment = (lookedUpTo: number, key = 'a-1'): Proposal<never> => ({
  identity: requestIdentity(account, key),
  boundAt: undefined,
  differenceFrom: () => [],
  unless: { identity: refundIdentity({ ...of, id: `${account}-1` }), lookedUpTo },
  settle: () => ({ kind: 'entry', entry: { kind: 'adjustment', ...made, key } }),
})

const commit = async (proposal: Proposal<never>, writer = writerOn(tables)) =>
  (await writer.commit(account, [proposal], inTime))[0]
const use = (writer = writerOn(tables)) => commit(charge(usageAt(account, 1_800_000_000_000)), writer)

describe('an entry that must not come after another one', () => {
  test('is not written where that stands, by a process that knows nothing of the log yet', async () => {
    await commit(refund())
    for (let page = 3; page < 20; page += 1) await use()
    expect(await commit(adjustment(1))).toEqual({ kind: 'conflict', differs: ['refund'] })
  })

  test('nor by one that was warm before it came', async () => {
    const writer = writerOn(tables)
    await use(writer)
    await commit(refund())
    expect(await commit(adjustment(2), writer)).toEqual({ kind: 'conflict', differs: ['refund'] })
  })

  test('is written where it comes first, and then is its own replay', async () => {
    await use()
    expect(await commit(adjustment(2))).toMatchObject({ kind: 'committed' })
    await commit(refund())
    expect(await commit(adjustment(1))).toMatchObject({ kind: 'replayed' })
  })

  test('of two that must not come after each other one is written, whoever is first', async () => {
    const forbidden: Proposal<never> = {
      ...refund(),
      unless: { identity: requestIdentity(account, 'a-1'), lookedUpTo: 1 },
    }
    const outcomes = await Promise.all([commit(adjustment(1)), commit(forbidden)])
    expect(outcomes.map((one) => one?.kind).sort()).toEqual(['committed', 'conflict'])
  })
})
