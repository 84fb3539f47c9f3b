import type { Tools } from '../../shared/runtime/lambda.ts'
import { chargeUsage } from '../../shared/store/charge-usage.ts'
import { type Fated, fateByOutcome, fateByReading } from './fate.ts'
import type { Ports } from './ports.ts'
import type { Delivered } from './read-batch.ts'

/** Decides the fate of each delivered event, charging what can be charged. */
export async function chargeEvents(
  ports: Pick<Ports, 'writer' | 'rates'>,
  delivered: readonly Delivered[],
  { now, remainingMs }: Pick<Tools, 'now' | 'remainingMs'>,
): Promise<readonly Fated[]> {
  const since = now()
  const byReading = delivered.map((one) => ({ one, fate: fateByReading(one) }))
  const chargeable = byReading.flatMap(({ one, fate }) =>
    fate === undefined && one.read.kind === 'event' ? [{ one, event: one.read.event }] : [],
  )
  const outcomes = await chargeUsage(
    ports,
    chargeable.map(({ event }) => event),
    since,
    remainingMs,
  )
  return [
    ...byReading.flatMap(({ one, fate }) => (fate === undefined ? [] : [{ ...one, fate }])),
    ...chargeable.map(({ one, event }, place) => ({
      ...one,
      fate: fateByOutcome(event, outcomes[place] ?? { kind: 'not-committed', cause: new Error('no outcome') }),
    })),
  ]
}
