import type { FaultKind } from './faults.ts'
import { kill, type Machine, pause } from './machine.ts'
import type { Scheduler } from './scheduler.ts'

/** One try of a call, on its way. */
export interface Attempt {
  readonly machine: Machine
  readonly clock: Scheduler
  /** A number from 0 to below 1, for each of the try's circumstances. */
  readonly unit: (purpose: number) => number
  readonly latency: number
  readonly longestPauseMs: number
  /** Done by the service, and answered, after these times. */
  readonly go: (there: number, back: number) => void
  /** Done by the service; nobody hears of it. */
  readonly perform: () => void
  readonly fail: (error: Error, afterMs: number) => void
  readonly throttle: () => Error
  readonly serverError: () => Error
}

/** The clients' request timeout. */
const TIMEOUT_MS = 4000
const LATEST_EXECUTION_MS = 180_000
const LONGEST_DELAY_MS = 3000

/** What each fault does to a try. */
const strikes: Readonly<Record<FaultKind, (attempt: Attempt) => void>> = {
  delay: ({ unit, latency, go }) => go(unit(4) * LONGEST_DELAY_MS, latency),
  'lost-request': (attempt) => breakOff(attempt, attempt.latency),
  'lost-response': (attempt) => {
    attempt.clock.after(attempt.latency, attempt.perform)
    breakOff(attempt, attempt.latency * 2)
  },
  'late-execution': ({ clock, unit, perform, fail }) => {
    clock.after(unit(4) * (unit(5) < 0.5 ? 2 * TIMEOUT_MS : LATEST_EXECUTION_MS), perform)
    fail(timeoutError(), TIMEOUT_MS)
  },
  throttle: ({ fail, throttle, latency }) => fail(throttle(), latency),
  'server-error': ({ fail, serverError, latency }) => fail(serverError(), latency),
  'server-error-done': ({ clock, perform, fail, serverError, latency }) => {
    clock.after(latency / 2, perform)
    fail(serverError(), latency)
  },
  'crash-before': ({ clock, machine }) => clock.after(0, () => kill(machine)),
  'crash-after': ({ clock, machine, perform, latency }) =>
    clock.after(latency, () => {
      perform()
      kill(machine)
    }),
  'pause-before': ({ clock, machine, unit, longestPauseMs, go, latency }) => {
    const length = unit(4) * longestPauseMs
    pause(machine, clock, length)
    go(length + latency, latency)
  },
  'pause-after': ({ clock, machine, unit, longestPauseMs, go, latency }) => {
    pause(machine, clock, unit(4) * longestPauseMs)
    go(latency, 0)
  },
}

export function strike(fault: FaultKind | undefined, attempt: Attempt): void {
  if (fault === undefined) attempt.go(attempt.latency / 2, attempt.latency / 2)
  else strikes[fault](attempt)
}

/** The client hears nothing more: at once, or until it gives up. */
function breakOff({ unit, fail }: Attempt, resetAfterMs: number): void {
  if (unit(3) < 0.5) fail(resetError(), resetAfterMs)
  else fail(timeoutError(), TIMEOUT_MS)
}

/** As Node's HTTP handler of the SDK makes them. */
const timeoutError = (): Error =>
  Object.assign(new Error(`a request has exceeded the configured ${TIMEOUT_MS} ms requestTimeout.`), {
    name: 'TimeoutError',
    code: 'ETIMEDOUT',
    $metadata: { attempts: 3, totalRetryDelay: 0 },
  })

const resetError = (): Error =>
  Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', $metadata: { attempts: 3, totalRetryDelay: 0 } })
