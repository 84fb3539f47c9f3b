import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain } from '../../shared/money/exact.ts'
import { inLong } from '../world/long.ts'
import { charge, chargesOf, idsOf, kinds, MINUTE, NOON, used } from './usage.ts'
import { seededFaults } from './wire/faults.ts'
import { deliver, startWorld, type World } from './world.ts'

/** Each seed draws which faults there are and how often; `CONFORMANCE_SEEDS` runs more of them. */
const SEEDS = Array.from({ length: Number(process.env['CONFORMANCE_SEEDS'] ?? inLong(2, 5)) }, (_, place) => place + 1)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const processes = (count: number, seed: number) =>
  Array.from({ length: count }, (_, stream) => world.process(seededFaults(seed, stream)))

/** Exactly these were charged, one credit each. */
async function expectCharged(account: string, events: readonly { readonly id: string }[]): Promise<void> {
  const pages = await world.audited(account)
  expect(idsOf(chargesOf(pages))).toEqual(idsOf(events))
  expect(plain(pages.at(-1)!.header.balance)).toBe(plain(pages.at(-1)!.header.totalCharged.negated()))
  expect(plain(pages.at(-1)!.header.totalCharged)).toBe(String(events.length))
}

const settled = (outcomes: readonly { readonly kind: string }[]) =>
  expect(new Set([...kinds(outcomes), 'committed', 'replayed'])).toEqual(new Set(['committed', 'replayed']))

describe.concurrent.each(SEEDS)('while requests and answers get lost, throttled and delayed (seed %i)', (seed) => {
  test('an event that comes again, to whichever process, is charged once', async () => {
    const account = await world.openAccount()
    const events = Array.from({ length: 30 }, (_, n) => used(account, NOON + n))
    const [warm, cold] = processes(2, seed)
    const proposals = events.map((event) => charge(event))
    settled(await deliver([warm!], account, proposals))
    settled(await deliver([warm!], account, proposals))
    settled(await deliver([cold!], account, proposals))
    await expectCharged(account, events)
  })

  test('the same id with other fields, or of another account, is never charged', async () => {
    const [account, other] = [await world.openAccount(), await world.openAccount()]
    const event = used(account, NOON)
    const opaque = used(account, NOON, { id: `order-${account}` })
    const [first, second] = processes(2, seed)
    settled(await deliver([first!], account, [charge(event), charge(opaque)]))
    const again = await deliver([second!], account, [charge({ ...event, user: 'bob' })])
    const elsewhere = await deliver([second!], other, [charge({ ...opaque, account: other })])
    expect(again).toEqual([{ kind: 'conflict', differs: ['user'] }])
    expect(elsewhere).toEqual([{ kind: 'conflict', differs: ['account'] }])
    await expectCharged(account, [event, opaque])
    expect(await world.audited(other)).toHaveLength(1)
  })

  test('an event that comes hours late is charged once', async () => {
    const account = await world.openAccount()
    const late = Array.from({ length: 5 }, (_, n) => used(account, NOON - (60 + n) * MINUTE))
    const onTime = Array.from({ length: 12 }, (_, n) => used(account, NOON + n * 10 * MINUTE))
    const [warm, cold] = processes(2, seed)
    for (const event of onTime) await deliver([warm!], account, [charge(event)])
    settled(
      await deliver(
        [warm!, cold!],
        account,
        late.map((event) => charge(event)),
      ),
    )
    settled(
      await deliver(
        [cold!, warm!],
        account,
        late.map((event) => charge(event)),
      ),
    )
    await expectCharged(account, [...onTime, ...late])
  })

  test('an opaque id that two processes get at once is charged once', async () => {
    const account = await world.openAccount()
    const events = Array.from({ length: 20 }, (_, n) => used(account, NOON + n, { id: `${account}-${n}` }))
    const proposals = events.map((event) => charge(event))
    const both = processes(2, seed)
    const outcomes = await Promise.all(both.map((one) => deliver([one], account, proposals)))
    settled(outcomes.flat())
    settled(await deliver(both, account, proposals))
    await expectCharged(account, events)
  })

  test('two processes that know the same head both get their events in', async () => {
    const account = await world.openAccount()
    const both = processes(2, seed)
    const events = Array.from({ length: 10 }, (_, n) => used(account, NOON + n))
    for (let round = 0; round < 5; round += 1) {
      const pair = events.slice(round * 2, round * 2 + 2)
      await Promise.all(both.map((one, place) => deliver([one], account, [charge(pair[place]!)])))
    }
    await expectCharged(account, events)
  })

  test('five processes with overlapping batches of one hot account charge each event once', async () => {
    const account = await world.openAccount()
    const events = Array.from({ length: 150 }, (_, n) => used(account, NOON + n))
    const five = processes(5, seed)
    const outcomes = await Promise.all(
      five.flatMap((one, n) =>
        [0, 1].map((round) => {
          const batch = events.slice(n * 20 + round * 30, n * 20 + round * 30 + 40)
          return deliver(
            [one],
            account,
            batch.map((event) => charge(event)),
          )
        }),
      ),
    )
    settled(outcomes.flat())
    await expectCharged(account, events)
  })
})
