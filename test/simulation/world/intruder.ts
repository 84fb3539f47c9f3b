import type { Random } from '../../world/random.ts'
import type { Pool } from '../engine/pool.ts'
import type { Scheduler } from '../engine/scheduler.ts'
import type { Report } from '../oracle/findings.ts'
import type { ApiRequest } from '../product/product.ts'
import { type AdminApi, toolsOf } from './processes.ts'

export interface IntruderSetting {
  readonly clock: Scheduler
  readonly random: Random
  readonly pool: Pool<AdminApi>
  readonly report: Report
}

const ADMIN = 'account:read account:admin'

/** Tokens that open nothing of what is simulated: each has some of what it takes. */
const tokens: readonly Readonly<Record<string, unknown>>[] = [
  { sub: 'anna', scope: ADMIN },
  { sub: 'anna', scp: `[${ADMIN} usage:check operate]`, account: '' },
  { sub: 'anna', scope: ADMIN, account: '[account-1 account-2]' },
  { sub: 'anna', scope: `${ADMIN} usage:check operate`, account: 'elsewhere' },
  { sub: 'mia', scope: 'own:read', account: 'elsewhere', user: 'mia' },
  { sub: 'mia', scope: 'own:read', user: 'mia' },
  { scope: `${ADMIN} usage:check operate` },
  {},
]

/**
 * What these requests name is behind an opaque id: the API reads the record to know whose it is. A stranger hears 404, or
 * 503 where the record can't be read.
 */
const isBehindAnId = ({ params }: ApiRequest): boolean => params['reservation'] !== undefined

/** Sends a request of another one with a token that must not open it, now and then. Nothing of it may come through. */
export function intruderOf({ clock, random, pool, report }: IntruderSetting): (request: ApiRequest) => void {
  return (request) => {
    if (!random.chance(0.3)) return
    const claims = random.pick(tokens)
    pool.invoke(
      ({ machine, ports }, remainingMs) =>
        ports(
          { ...request, claims },
          toolsOf(machine, clock, remainingMs, () => undefined),
        ),
      (invoked) => {
        if (invoked.kind === 'failed') return
        const { status } = invoked.answer
        if (status === 401 || status === 403) return
        if (isBehindAnId(request) && (status === 404 || status === 503)) return
        const what = `${request.operationId} is answered ${status} to ${JSON.stringify(claims)}`
        report('safety', 'a token opens what it names, and nothing else', what)
      },
    )
  }
}
