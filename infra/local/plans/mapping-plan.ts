import { UnsupportedTemplate } from '../errors.ts'
import type { QueueMappingPlan } from '../mappings/queue-mapping.ts'
import type { StreamMappingPlan } from '../mappings/stream-mapping.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import { functionOf } from './names.ts'

const resourceName = (arn: string): string => arn.split(':').at(-1)?.split('/').at(-1) ?? ''

export type MappingPlan =
  | { readonly kind: 'queue'; readonly function: LocalResource; readonly plan: QueueMappingPlan }
  | { readonly kind: 'stream'; readonly function: LocalResource; readonly plan: StreamMappingPlan }

/** AWS: what an event source mapping does where the template says nothing. */
const DEFAULT_QUEUE_BATCH = 10
const DEFAULT_STREAM_BATCH = 100
const DEFAULT_CONCURRENCY = 10

export function mappingPlan(
  mapping: LocalResource,
  stack: LocalStack,
  queueUrl: (name: string) => string,
): MappingPlan {
  const { logicalId, properties } = mapping
  if (properties['FilterCriteria'] !== undefined)
    throw new UnsupportedTemplate(logicalId, 'the runner does not filter events')
  const source = String(properties['EventSourceArn'])
  const windowSeconds = Number(properties['MaximumBatchingWindowInSeconds'] ?? 0)
  const target = functionOf(stack, properties['FunctionName'])
  if (source.startsWith('arn:aws:sqs:')) {
    const scaling = properties['ScalingConfig'] as { readonly MaximumConcurrency?: number } | undefined
    const responses = (properties['FunctionResponseTypes'] ?? []) as readonly string[]
    return {
      kind: 'queue',
      function: target,
      plan: {
        queueUrl: queueUrl(resourceName(source)),
        queueArn: source,
        batchSize: Number(properties['BatchSize'] ?? DEFAULT_QUEUE_BATCH),
        windowSeconds,
        maximumConcurrency: scaling?.MaximumConcurrency ?? DEFAULT_CONCURRENCY,
        reportsBatchItemFailures: responses.includes('ReportBatchItemFailures'),
      },
    }
  }
  const [, table] = /^arn:aws:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\//.exec(source) ?? []
  if (table === undefined)
    throw new UnsupportedTemplate(logicalId, `the runner knows queues and table streams, not ${source}`)
  const retries = Number(properties['MaximumRetryAttempts'] ?? -1)
  const failures = (
    properties['DestinationConfig'] as { readonly OnFailure?: { readonly Destination?: string } } | undefined
  )?.OnFailure?.Destination
  return {
    kind: 'stream',
    function: target,
    plan: {
      table,
      batchSize: Number(properties['BatchSize'] ?? DEFAULT_STREAM_BATCH),
      windowSeconds,
      retries: retries < 0 ? undefined : retries,
      bisects: properties['BisectBatchOnFunctionError'] === true,
      onFailureQueueUrl: failures === undefined ? undefined : queueUrl(resourceName(failures)),
    },
  }
}
