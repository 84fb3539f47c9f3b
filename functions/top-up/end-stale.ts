import { DAY_MS } from '../../shared/time/instant.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { endTopUp } from './end-top-up.ts'
import type { Ports, Working } from './ports.ts'

/** Whoever wanted credits yesterday has bought them otherwise, or asks again: a charge that nobody waits for surprises. */
const WANTED_AT_MOST_MS = DAY_MS

/** Ends what a person wanted to pay with the stored method, and nobody got round to pay, for a day. */
export async function endStale(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  const { status, origin, createdAt } = topUp
  const isCharged = origin.kind === 'manual' && origin.by === 'method'
  if (status !== 'wanted' || !isCharged || working.now() - createdAt <= WANTED_AT_MOST_MS) return topUp
  return await endTopUp(ports, topUp, { reason: 'not-completed' }, working)
}
