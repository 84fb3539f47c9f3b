import type { Faults } from './faults.ts'
import { type Machine, onMachine, RETRY_TOKENS } from './machine.ts'
import type { Scheduler } from './scheduler.ts'
import { strike } from './strike.ts'
import type { Trace } from './trace.ts'

/** What a process asks of a service. */
interface Call {
  /** For the trace: `put log acme/7`. */
  readonly what: string
  /** The SDK tries so often in all. */
  readonly attempts: number
  readonly errors: ServiceErrors
}

/** The errors of one service's SDK client. */
export interface ServiceErrors {
  readonly throttle: (unit: number) => Error
  readonly serverError: () => Error
}

/** The way from processes to services, with all that happens on it, and the SDK's retries at its beginning. */
export interface Network {
  readonly call: <T>(machine: Machine, call: Call, execute: () => T) => Promise<T>
  /** Stops the run: the simulation was asked for what it does not know. */
  readonly refuse: (error: HarnessError) => void
  readonly calls: () => number
}

/** Something of the simulation itself is wrong, or was asked for what it does not know. Never handed to the code under test. */
export class HarnessError extends Error {}

export interface NetworkSetting {
  readonly clock: Scheduler
  readonly trace: Trace
  readonly faults: Faults
  readonly longestPauseMs: number
  readonly onHarnessError: (error: HarnessError) => void
}

export function networkOf({ clock, trace, faults, longestPauseMs, onHarnessError }: NetworkSetting): Network {
  let ordinals = 0

  const call = <T>(machine: Machine, { what, attempts, errors }: Call, execute: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      /** Done by the service; how it went arrives later, or not. */
      const perform = (): (() => void) => {
        try {
          const result = execute()
          return () => {
            machine.retryTokens = Math.min(RETRY_TOKENS, machine.retryTokens + 1)
            resolve(result)
          }
        } catch (error) {
          if (error instanceof HarnessError) onHarnessError(error)
          return () => reject(error)
        }
      }

      const attempt = (tried: number): void => {
        const ordinal = ordinals
        ordinals += 1
        const fault = faults.at(ordinal, clock.now())
        const unit = (purpose: number): number => faults.unit(ordinal, purpose)
        trace.note(`${machine.role}#${machine.id} ${what}${fault === undefined ? '' : ` ${fault} (call ${ordinal})`}`)

        /** The SDK's standard retry mode: tries again as long as tokens last. */
        const retry = (error: Error): void => {
          const cost = isTimeout(error) ? 10 : 5
          if (tried >= attempts || machine.retryTokens < cost) {
            onMachine(machine, clock, () => reject(error))
            return
          }
          machine.retryTokens -= cost
          const backoff = unit(2) * (isThrottle(error) ? 500 : 100) * 2 ** (tried - 1)
          clock.after(backoff, () => onMachine(machine, clock, () => attempt(tried + 1)))
        }
        strike(fault, {
          machine,
          clock,
          unit,
          longestPauseMs,
          perform,
          latency: 2 + unit(1) * 8,
          fail: (error, afterMs) => clock.after(afterMs, () => retry(error)),
          go: (there, back) =>
            clock.after(there, () => {
              const answer = perform()
              clock.after(back, () => onMachine(machine, clock, answer))
            }),
          throttle: () => errors.throttle(unit(4)),
          serverError: errors.serverError,
        })
      }
      attempt(1)
    })

  return { call, refuse: onHarnessError, calls: () => ordinals }
}

const isTimeout = (error: Error): boolean => 'code' in error
const isThrottle = (error: Error): boolean => /Thrott|Throughput|RequestLimit|SlowDown/.test(error.name)
