import type { Random } from '../../world/random.ts'
import { kill, type Machine } from './machine.ts'
import type { Scheduler } from './scheduler.ts'

/** A warm process of a function, and what it keeps between invocations. */
export interface Instance<P> {
  readonly machine: Machine
  readonly ports: P
}

type Invoked<R> = { readonly kind: 'answered'; readonly answer: R } | { readonly kind: 'failed' }

/** The processes of one function, as Lambda runs them: one invocation at a time each, kept warm, killed when out of time. */
export interface Pool<P> {
  readonly invoke: <R>(
    run: (instance: Instance<P>, remainingMs: () => number) => Promise<R>,
    onEnd: (invoked: Invoked<R>) => void,
  ) => void
  readonly running: () => number
  /** Every process there ever was is gone. */
  readonly killAll: () => void
}

export interface PoolSetting<P> {
  readonly clock: Scheduler
  readonly random: Random
  readonly timeoutMs: number
  /** How likely an idle process is gone when it is needed again. */
  readonly idleDeath: () => number
  readonly start: () => Instance<P>
}

export function poolOf<P>({ clock, random, timeoutMs, idleDeath, start }: PoolSetting<P>): Pool<P> {
  const started: Machine[] = []
  let idle: Instance<P>[] = []
  let running = 0

  const take = (): Instance<P> => {
    idle = idle.filter(({ machine }) => {
      if (random.chance(idleDeath())) kill(machine)
      return machine.alive
    })
    const [warm] = idle.length === 0 ? [] : idle.splice(random.below(idle.length), 1)
    if (warm !== undefined) return warm
    const cold = start()
    started.push(cold.machine)
    return cold
  }

  const invoke: Pool<P>['invoke'] = (run, onEnd) => {
    const instance = take()
    const { machine } = instance
    const began = clock.now()
    const stoodStill = machine.stoodStillMs
    let isOver = false
    running += 1
    const end = (invoked: Parameters<typeof onEnd>[0]): void => {
      if (isOver) return
      isOver = true
      running -= 1
      onEnd(invoked)
    }
    machine.invocation += 1
    machine.invokedAt = began
    machine.onDeath = () => end({ kind: 'failed' })
    const remainingMs = (): number =>
      began + timeoutMs - clock.now() + (machine.clockStops ? machine.stoodStillMs - stoodStill : 0)

    const goIdle = (): void => {
      if (machine.alive && !isOver) idle.push(instance)
    }
    run(instance, remainingMs).then(
      (answer) => {
        goIdle()
        end({ kind: 'answered', answer })
      },
      () => {
        goIdle()
        end({ kind: 'failed' })
      },
    )
    // A process that stands still can't be stopped in time here: it wakes up as one that nobody waits for.
    clock.after(timeoutMs, () => {
      if (isOver) return
      if (machine.pausedUntil > clock.now()) end({ kind: 'failed' })
      else kill(machine)
    })
  }
  const killAll = (): void => {
    for (const machine of started.splice(0)) kill(machine)
    idle = []
  }
  return { invoke, running: () => running, killAll }
}
