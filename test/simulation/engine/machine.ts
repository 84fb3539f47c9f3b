import type { Scheduler } from './scheduler.ts'

export type Role = 'price-usage' | 'project-log' | 'follow-rates' | 'top-up' | 'admin-api' | 'operator'

/** A process: it has a clock of its own, it can stand still, and it can die; then nothing it waited for ever happens. */
export interface Machine {
  readonly id: number
  readonly role: Role
  /** How far its wall clock is off. */
  readonly skewMs: number
  /** Whether its other clock stands still with it, as in a virtual machine that is frozen. */
  readonly clockStops: boolean
  alive: boolean
  pausedUntil: number
  stoodStillMs: number
  /** What the SDK has left to spend on retries (its standard retry mode). */
  retryTokens: number
  /** Counts its invocations. */
  invocation: number
  /** When its current invocation began, by the true clock. */
  invokedAt: number
  onDeath: () => void
}

export const RETRY_TOKENS = 500

export function machineOf(id: number, role: Role, skewMs: number, clockStops: boolean): Machine {
  return {
    id,
    role,
    skewMs,
    clockStops,
    alive: true,
    pausedUntil: 0,
    stoodStillMs: 0,
    retryTokens: RETRY_TOKENS,
    invocation: 0,
    invokedAt: 0,
    onDeath: () => undefined,
  }
}

export function kill(machine: Machine): void {
  if (!machine.alive) return
  machine.alive = false
  machine.onDeath()
}

export function pause(machine: Machine, clock: Scheduler, milliseconds: number): void {
  machine.pausedUntil = clock.now() + milliseconds
  machine.stoodStillMs += milliseconds
}

/** Runs on the machine: at once, when it wakes up, or never. */
export function onMachine(machine: Machine, clock: Scheduler, run: () => void): void {
  if (!machine.alive) return
  if (machine.pausedUntil > clock.now()) clock.at(machine.pausedUntil, () => onMachine(machine, clock, run))
  else run()
}

export const sleepOn = (machine: Machine, clock: Scheduler, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(milliseconds, () => onMachine(machine, clock, resolve))
  })
