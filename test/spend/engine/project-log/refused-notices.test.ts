import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { domainEvent } from '../../../../shared/events/domain-event.ts'
import { publishEvents } from '../../../../shared/events/io/event-bus.ts'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { charged, granted, NOON, opened } from '../../../world/pages.ts'
import { type Log, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
beforeEach(() => {
  world.clock = NOON + MINUTE_MS
  Object.assign(world.bus, { refuse: () => false, malformed: () => false, invalid: () => false })
})

const crossing = () => world.openAccount([opened('1000', '500'), granted('1500')], [charged('600')], [charged('600')])
const archivedOf = (log: Log) => world.archive.keys(`log/${log.account}/`)
const asideOf = async (log: Log) =>
  await Promise.all((await world.archive.keys(`set-aside/${log.account}/`)).map((key) => world.archive.json(key)))

describe.each(['malformed', 'invalid'] as const)('a notice that the bus finds %s', (fault) => {
  test('is set aside with its reason; the others go out, and pages, snapshots and the cursor go on', async () => {
    const log = await crossing()
    world.bus[fault] = (id) => id === `${log.account}#2#1000`
    expect(await world.project(log)).toMatchObject([
      { kind: 'followed', notices: 1, setAside: [{ event: { id: `${log.account}#2#1000` } }], folded: 3 },
    ])
    expect(log.notices()).toEqual([`${log.account}#3#500`])
    expect(await log.cursor()).toBe(3)
    expect(await archivedOf(log)).toHaveLength(1)
    expect(await asideOf(log)).toMatchObject([
      { reason: expect.stringMatching(/./), event: { id: `${log.account}#2#1000`, type: 'groschen.balance.low' } },
    ])
  })
})

describe('while the bus takes nothing', () => {
  test('pages go into the archive up to the head, and notices go out once it takes them', async () => {
    const log = await world.openAccount(
      [opened('1000'), granted('1500')],
      ...Array.from({ length: 60 }, () => [charged('10')]),
    )
    world.bus.refuse = () => true
    expect(await world.project(log)).toMatchObject([{ kind: 'failed', error: { code: 'events.not-published' } }])
    expect((await archivedOf(log)).at(-1)).toMatch(/0000000061\.pages$/)
    expect(await log.cursor()).toBeUndefined()
    world.bus.refuse = () => false
    await world.project(log)
    expect(log.notices()).toEqual([`${log.account}#52#1000`])
  })
})

describe('events', () => {
  const event = (id: string, bytes: number) =>
    domainEvent('groschen.balance.low', { id, subject: 'large', at: NOON, data: { text: 'x'.repeat(bytes) } })

  test('that are large together go out in calls that the bus takes', async () => {
    const events = Array.from({ length: 10 }, (_, n) => event(`large#${n}`, 200_000))
    expect(await publishEvents(world.ports.bus, events)).toEqual([])
    expect(world.bus.accepted.filter(({ subject }) => subject === 'large').map(({ id }) => id)).toEqual(
      events.map(({ id }) => id),
    )
  })

  test('that no call can hold are set aside without asking', async () => {
    const [aside, ...others] = await publishEvents(world.ports.bus, [
      event('a', 10),
      event('b', 1_100_000),
      event('c', 10),
    ])
    expect(others).toEqual([])
    expect(aside).toMatchObject({ event: { id: 'b' }, reason: expect.stringContaining('bytes') })
  })
})
