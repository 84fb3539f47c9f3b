import type { Tools } from '../../shared/aws/lambda.ts'
import { judgeUsage } from '../../shared/held/io/judge-usage.ts'
import type { Fated } from './hold-events.ts'
import type { Ports } from './ports.ts'
import type { Delivered } from './read-batch.ts'

/** Decides the fate of each delivered event, charging what can be charged. */
export async function chargeEvents(
  ports: Pick<Ports, 'writer' | 'rates'>,
  delivered: readonly Delivered[],
  { now, remainingMs }: Pick<Tools, 'now' | 'remainingMs'>,
): Promise<readonly Fated[]> {
  const reads = delivered.map(({ read }) => read)
  const fates = await judgeUsage(ports, reads, now(), remainingMs)
  return delivered.flatMap((one, place) => {
    const fate = fates[place]
    return fate === undefined ? [] : [{ ...one, fate }]
  })
}
