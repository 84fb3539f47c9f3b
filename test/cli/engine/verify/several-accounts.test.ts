import { afterEach, beforeEach, expect, test } from 'vitest'
import { usageIdentity } from '../../../../shared/ledger/entries/charge.ts'
import type { Violation } from '../../../../shared/ledger/verify/finding.ts'
import { type Damage, damageTo } from './damage.ts'
import { type Account, NOON, type Stack, startStack } from './verified-log.ts'

let stack: Stack
let damage: Damage
let first: Account
let second: Account
beforeEach(async () => {
  stack = await startStack()
  damage = damageTo(stack)
  const accounts = [await stack.openAccount(), await stack.openAccount()]
  const [one, other] = accounts.sort((a, b) => (a.account < b.account ? -1 : 1))
  first = one!
  second = other!
  await first.use(first.at(NOON, { id: 'order-17' }))
  await second.use(second.at(NOON, { id: 'order-18' }), second.at(NOON))
})
afterEach(async () => {
  damage.stop()
  await stack.stop()
})

test('an event that was charged to two accounts is found in the later log', async () => {
  await damage.forge(second.account, 2, {
    entries: (entries) =>
      entries.map((entry) => (entry.kind === 'charge' ? { ...entry, id: 'order-17' } : entry)).slice(0, 1),
  })
  const { violations, verdict } = await stack.verify()
  const place = { account: second.account, page: 2, entry: 0 }
  expect(violations).toEqual<Violation[]>([
    {
      ...place,
      check: 'coverage',
      expected: `a marker of ${second.account} before page 2`,
      found: `a marker of ${first.account} at page 1`,
    },
    {
      ...place,
      check: 'identity',
      expected: 'usage /chat/eu order-17 once',
      found: `also in page 2 entry 0 of ${first.account}`,
    },
  ])
  expect(verdict).toMatchObject({ accounts: 2, pages: 4, entries: 4, charged: '0.8', balance: '-0.8', violations: 2 })
})

test('a marker of an account that there is not', async () => {
  const marker = { account: { S: 'nobody' }, seq: { N: '3' }, epoch: { N: '0' } }
  await damage.marker(usageIdentity({ source: '/chat/eu', id: 'order-19' }), marker)
  expect((await stack.verify()).violations).toEqual<Violation[]>([
    {
      account: 'nobody',
      page: 3,
      check: 'marker',
      expected: 'a log of nobody',
      found: expect.stringMatching(/^marker \S{22} at page 3$/),
    },
  ])
})

test('a log without a record, and a snapshot of nothing', async () => {
  await damage.page('zebra', 1, () => ({ z: { S: '' } }))
  await damage.snapshot('yak', 'cursor', () => ({
    seq: { N: '1' },
    hash: { S: '' },
    time_zone: { S: 'Europe/Berlin' },
  }))
  const { violations } = await stack.verify()
  expect(violations.map(({ account, check, expected }) => `${account} ${check}: ${expected}`)).toEqual([
    'yak account: a record of the account',
    'yak account: a log of the account',
    'yak cursor: one of the pages 1 to 0',
    'zebra account: a record of the account',
    'zebra page: a page that can be read',
  ])
}, 10_000)

test('one account alone is verified without the others', async () => {
  await damage.page(first.account, 2, (item) => ({ ...item, b: { N: '7' } }))
  expect((await stack.verify(second.account)).violations).toEqual([])
  expect((await stack.verify(first.account)).violations).toHaveLength(2)
})
