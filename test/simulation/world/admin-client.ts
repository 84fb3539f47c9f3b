import type { Random } from '../../world/random.ts'
import type { Pool } from '../engine/pool.ts'
import type { Scheduler } from '../engine/scheduler.ts'
import type { Trace } from '../engine/trace.ts'
import type { Attempt } from '../oracle/limits/limits.ts'
import type { ApiAnswer, ApiRequest } from '../product/product.ts'
import { type AdminApi, toolsOf } from './processes.ts'

export interface AdminClientSetting {
  readonly clock: Scheduler
  readonly trace: Trace
  readonly random: Random
  readonly pool: Pool<AdminApi>
  /** Sees every request before it is sent. */
  readonly intrude: (request: ApiRequest) => void
}

/** Somebody who sends a request of the API again, with the same key, until the answer is final. */
export interface AdminClient {
  readonly send: (request: ApiRequest, onAnswer?: (answer: ApiAnswer, attempt: Attempt) => void) => void
  readonly waiting: () => number
}

const UNDECIDED = new Set(['idempotency.in-progress', 'service.busy'])

export function adminClientOf({ clock, trace, random, pool, intrude }: AdminClientSetting): AdminClient {
  let waiting = 0
  /** When a key was sent first. */
  const firsts = new Map<string, number>()
  type OnAnswer = (answer: ApiAnswer, attempt: Attempt) => void
  const attempt = (request: ApiRequest, tries: number, sentAt: number, onAnswer: OnAnswer): void => {
    const again = (): void => {
      const longest = Math.min(60_000, 500 * 2 ** tries)
      clock.after(random.between(0.5, 1) * longest, () => attempt(request, tries + 1, sentAt, onAnswer))
    }
    const beganAt = clock.now()
    let skewMs = 0
    pool.invoke(
      ({ machine, ports }, remainingMs) => {
        skewMs = machine.skewMs
        return ports(
          request,
          toolsOf(machine, clock, remainingMs, () => undefined),
        )
      },
      (invoked) => {
        if (invoked.kind === 'failed') return again()
        const { status, body } = invoked.answer
        const code = String((body as { readonly code?: unknown }).code)
        trace.note(`${request.operationId} ${request.key} is answered ${status} ${status === 201 ? '' : code}`)
        if (status >= 500 || UNDECIDED.has(code)) return again()
        waiting -= 1
        onAnswer(invoked.answer, { beganAt, sentAt, answeredAt: clock.now(), skewMs, key: request.key })
      },
    )
  }
  return {
    send: (request, onAnswer = () => undefined) => {
      waiting += 1
      intrude(request)
      const name = `${request.operationId} ${request.key}`
      const sentAt = firsts.get(name) ?? clock.now()
      firsts.set(name, sentAt)
      attempt(request, 0, sentAt, onAnswer)
    },
    waiting: () => waiting,
  }
}
