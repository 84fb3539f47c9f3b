import { randomOf } from '../../world/random.ts'
import type { Outage } from '../engine/faults.ts'
import type { Options } from '../options.ts'
import type { Sending } from '../traffic/plan.ts'
import type { World } from './world.ts'

const MINUTE_MS = 60_000
/** Once all faults are over, everything has to be done by then. */
const HEALED_WITHIN_MS = 12 * 60 * MINUTE_MS
/** More is a loop without an end. */
const CALLS_AN_EVENT = 3000
/** A message that was near its last receive when the faults ended may die once more. */
const REDRIVES = 3

/** Hands sendings to the queue at their times; answers with the last of these. */
export function send({ clock, queue }: World, sendings: readonly Sending[]): number {
  let last = 0
  for (const [number, { at, elements }] of sendings.entries()) {
    const texts = elements.map(({ text }) => text)
    const [only] = texts
    const body = texts.length === 1 && number % 2 === 0 ? String(only) : `[${texts.join(', ')}]`
    clock.at(at, () => queue.send(`m-${Math.floor(at)}-${number}`, body))
    last = Math.max(last, at)
  }
  return last
}

/** Faults until a time; then none, and everything has to drain. */
export async function stormUntil(world: World, end: number, options: Options): Promise<void> {
  const { clock, weather, queue, admin, processes, report } = world
  let isSweeping = true
  const sweepAgain = (): void => {
    if (!isSweeping) return
    world.sweep()
    world.follow()
    world.reconcile()
    clock.after(options.sweepMinutes * MINUTE_MS, sweepAgain)
  }
  sweepAgain()
  await runUntil(world, end, options)
  weather.isStormy = false
  weather.outages = []
  const isDrained = (): boolean =>
    queue.waiting() === 0 &&
    world.topUpQueue.waiting() === 0 &&
    admin.waiting() === 0 &&
    world.streamPending() === 0 &&
    Object.values(processes).every((pool) => pool.running() === 0)
  for (let drive = 0; drive < REDRIVES; drive += 1) {
    queue.redrive()
    world.topUpQueue.redrive()
    await runUntil(world, clock.now() + HEALED_WITHIN_MS, options, isDrained)
    if (!isDrained()) {
      const state = `${queue.waiting()} messages, ${admin.waiting()} requests, ${world.streamPending()} stream records`
      report('liveness', 'without faults everything drains', `${state} are left after 12 hours`)
    }
  }
  if (world.topUpQueue.dead().length > 0)
    report('liveness', 'no good message dies', `${world.topUpQueue.dead().length} about top-ups are dead`)
  if (queue.dead().length > 0) report('liveness', 'no good message dies', `${queue.dead().length} are dead`)
  isSweeping = false
}

/** Lets time pass, until it is over or something is wrong. @throws HarnessError */
export async function runUntil(
  world: World,
  time: number,
  options: Options,
  isOver = (): boolean => false,
): Promise<void> {
  const most = 100_000 + options.events * CALLS_AN_EVENT
  const isLost = (): boolean =>
    world.broken() !== undefined || world.findings.length > 10 || world.network.calls() > most
  if (isLost()) return
  await world.clock.runUntil(time, () => isOver() || isLost())
  const broken = world.broken()
  if (broken !== undefined) throw broken
  if (world.network.calls() > most) world.report('liveness', 'nobody calls for ever', `${world.network.calls()} calls`)
}

/** When everything fails, and how. */
export function drawOutages(seed: number, begin: number, { outages, traffic }: Options): readonly Outage[] {
  const random = randomOf(seed, 'outages')
  return Array.from({ length: outages }, () => {
    const from = begin + random.unit() * traffic.minutes * MINUTE_MS
    const kind = random.pick(['throttle', 'server-error', 'lost-request'] as const)
    return { from, to: from + random.between(0.2, 12) * MINUTE_MS, kind }
  })
}
