import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { charge, chargesOf, kinds, NOON, used } from './usage.ts'
import { firstAttempts } from './wire/faults.ts'
import { inTime, startWorld, type World } from './world.ts'

/** What the SDK tries by itself; one more than that reaches the store. */
const ATTEMPTS = 3

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

describe.concurrent('a page whose answer gets lost', () => {
  test.each([1, ATTEMPTS, ATTEMPTS + 1])('is recognized as written after %i lost answers', async (lost) => {
    const account = await world.openAccount()
    const events = [used(account, NOON), used(account, NOON)]
    const writer = world.process(firstAttempts('PutItem', 'response-lost', lost))
    const outcomes = await writer.commit(
      account,
      events.map((event) => charge(event)),
      () => 60_000,
    )
    expect(kinds(outcomes)).toEqual(['committed', 'committed'])
    expect(writer.faults()).toBe(lost)
    expect(await world.audited(account)).toHaveLength(2)
  })

  test('is no win where another process wrote that page before', async () => {
    const account = await world.openAccount()
    const [first, mine, theirs] = [used(account, NOON), used(account, NOON), used(account, NOON)]
    const rival = world.process()
    let isRaceOn = false
    const writer = world.process((command) => {
      if (!isRaceOn || command !== 'PutItem') return undefined
      isRaceOn = false
      return 'response-lost'
    })
    await writer.commit(account, [charge(first)], inTime)
    await rival.commit(account, [charge(theirs)], inTime)
    isRaceOn = true
    expect(kinds(await writer.commit(account, [charge(mine)], inTime))).toEqual(['committed'])
    expect(writer.faults()).toBe(1)
    expect(chargesOf(await world.audited(account)).map(({ id }) => id)).toEqual([first.id, theirs.id, mine.id])
  })

  test('leaves a marker to whoever comes next, when the page never comes', async () => {
    const account = await world.openAccount()
    const event = used(account, NOON, { id: `marked-${account}` })
    let puts = 0
    const dying = world.process((command) => {
      if (command === 'PutItem') puts += 1
      return puts > 1 ? 'request-lost' : undefined
    })
    const outcomes = await dying.commit(account, [charge(event)], () => (dying.faults() > 0 ? 0 : 60_000))
    expect(kinds(outcomes)).toEqual(['not-committed'])
    expect(await world.audited(account)).toHaveLength(1)
    expect(kinds(await world.process().commit(account, [charge(event)], inTime))).toEqual(['committed'])
    expect(chargesOf(await world.audited(account))).toHaveLength(1)
  })

  test.each(['throttled', 'failed', 'request-lost'] as const)(
    'is written in the end where the first four tries are %s',
    async (fault) => {
      const account = await world.openAccount()
      const writer = world.process(firstAttempts('PutItem', fault, ATTEMPTS + 1))
      expect(kinds(await writer.commit(account, [charge(used(account, NOON))], inTime))).toEqual(['committed'])
      expect(await world.audited(account)).toHaveLength(2)
    },
  )
})
