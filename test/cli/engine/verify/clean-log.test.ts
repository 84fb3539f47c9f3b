import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Usage } from '../../../world/accounts.ts'
import { damageTo } from './damage.ts'
import { decided, HOUR, linesOf, MINUTE, NOON, type Stack, startStack, tokens } from './verified-log.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop())

test('a log of every kind of entry, written and folded by the real code, has no violation', async () => {
  const { account, at, use, decide, fold } = await stack.openAccount('10', '4.99')
  await decide({ kind: 'grant', ...decided('g-1', '11') })
  await use(at(NOON - 2 * MINUTE, tokens(1000)), at(NOON - MINUTE, tokens(2000)))
  await use(at(NOON, { id: 'opaque-1', ...tokens(1000) }))
  await fold()
  await use(at(NOON + HOUR, tokens(10_000)))
  await use(at(NOON + 5 * MINUTE, tokens(5000)), at(NOON + HOUR, { id: 'opaque-2' }))
  await fold()
  await decide({ kind: 'refund', ...decided('r-1', '0.4'), of: { source: '/chat/eu', id: 'opaque-1' } })
  await decide({ kind: 'adjustment', ...decided('a-1', '-1.000000000000000001') })
  await decide({ kind: 'reversal', ...decided('a-2', '1.000000000000000001'), of: 'a-1' })
  await decide({ kind: 'restore', epoch: 1, key: 'b-1', actor: 'ada', at: NOON, reason: 'Test' })
  await use(at(NOON + HOUR, { id: 'opaque-3', user: 'u-2', group: 'sales' }), at(NOON - 40 * 24 * HOUR))

  const { verdict, violations } = await stack.verify(account)
  expect(linesOf(violations)).toEqual([])
  expect(verdict).toEqual({
    accounts: 1,
    pages: 11,
    entries: 14,
    credited: '11.4',
    charged: '8.4',
    balance: '3',
    violations: 0,
  })
})

test('also a log whose users outgrow a chunk of its snapshots, and spend in many months', async () => {
  const { account, at, use, fold } = await stack.openAccount()
  const names = (from: number) => Array.from({ length: 450 }, (_, n) => `user-${from + n}`)
  for (const from of [0, 450, 900]) {
    await use(...names(from).map((user, n): Usage => at(NOON + n, { user, ...tokens(from + n) })))
    await fold()
  }
  const months = [1, 2, 3, 4, 5, 6].map((n) => at(NOON - n * 31 * 24 * HOUR, { id: `${account}-${n}` }))
  await use(...months)
  await use(at(NOON + HOUR))
  await fold()
  for (const one of months) await use({ ...one, id: `${one.id}-again` })
  expect(linesOf((await stack.verify(account)).violations)).toEqual([])
})

test('all accounts together, with a follower that died before its cursor, and one that had no time at all', async () => {
  const [died, unfolded] = [await stack.openAccount(), await stack.openAccount('0')]
  for (const { at, use } of [died, unfolded]) await use(at(NOON), at(NOON, { id: `opaque-${Math.random()}` }))
  await died.fold()
  const damage = damageTo(stack)
  await damage.snapshot(died.account, 'cursor', () => undefined)
  damage.stop()
  const { verdict, violations } = await stack.verify()
  expect(linesOf(violations)).toEqual([])
  expect(verdict.accounts).toBe(4)
})
