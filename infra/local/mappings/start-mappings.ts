import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Engines } from '../engines/start-engines.ts'
import type { Functions } from '../lambda/functions.ts'
import type { MappingPlan } from '../plans/mapping-plan.ts'
import { QueueMapping } from './queue-mapping.ts'
import { StreamMapping } from './stream-mapping.ts'

/** Feeds the functions from queues and streams. */
export function startMappings(
  plans: readonly MappingPlan[],
  sqs: SQSClient,
  engines: Engines,
  functions: Functions,
  onLine: (line: string) => void,
): readonly (QueueMapping | StreamMapping)[] {
  return plans.map((mapping) => {
    const invoke = (event: unknown): Promise<unknown> => functions.invoke(mapping.function, event)
    const report = (message: string): void => onLine(`${mapping.function.logicalId}: ${message}`)
    if (mapping.kind === 'queue') return new QueueMapping(mapping.plan, sqs, invoke, report)

    const { table } = mapping.plan
    const processed = ({ number }: { readonly number: number }): void => engines.processed(table, number)
    const stream = new StreamMapping(mapping.plan, sqs, invoke, processed, report)
    for (const change of engines.unprocessed) if (change.table === table) stream.offer(change)
    engines.onChange((change) => {
      if (change.table === table) stream.offer(change)
    })
    return stream
  })
}
