import { UnsupportedTemplate } from '../errors.ts'
import type { QueueMappingPlan } from '../mappings/queue-mapping.ts'
import type { StreamMappingPlan } from '../mappings/stream-mapping.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import { DEFAULT_CONCURRENCY } from './function-plan.ts'
import { functionOf, resourceName } from './names.ts'

export type MappingPlan =
  | { readonly kind: 'queue'; readonly function: LocalResource; readonly plan: QueueMappingPlan }
  | { readonly kind: 'stream'; readonly function: LocalResource; readonly plan: StreamMappingPlan }

/** AWS: what an event source mapping does where the template says nothing. */
const DEFAULT_QUEUE_BATCH = 10
const DEFAULT_STREAM_BATCH = 100

/** The table that a stream's ARN names; `undefined` for another ARN. */
export const streamedTable = (arn: string): string | undefined =>
  /^arn:aws:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\//.exec(arn)?.[1]

/**
 * Every event source mapping that is enabled.
 *
 * @throws UnsupportedTemplate
 */
export function mappingPlans(stack: LocalStack, queueUrl: (name: string) => string): readonly MappingPlan[] {
  return stack
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties['Enabled'] !== false)
    .map((mapping) => mappingPlan(mapping, stack, queueUrl))
}

function mappingPlan(mapping: LocalResource, stack: LocalStack, queueUrl: (name: string) => string): MappingPlan {
  const { logicalId, properties } = mapping
  if (properties['FilterCriteria'] !== undefined)
    throw new UnsupportedTemplate(logicalId, 'the runner does not filter events')
  const source = String(properties['EventSourceArn'])
  const target = functionOf(stack, logicalId, properties['FunctionName'])
  if (source.startsWith('arn:aws:sqs:'))
    return { kind: 'queue', function: target, plan: queueMapping(mapping, source, queueUrl) }

  const table = streamedTable(source)
  if (table === undefined)
    throw new UnsupportedTemplate(logicalId, `the runner knows queues and table streams, not ${source}`)
  return { kind: 'stream', function: target, plan: streamMapping(mapping, table, queueUrl) }
}

function queueMapping(
  { properties }: LocalResource,
  queueArn: string,
  queueUrl: (name: string) => string,
): QueueMappingPlan {
  const scaling = properties['ScalingConfig'] as { readonly MaximumConcurrency?: number } | undefined
  return {
    queueUrl: queueUrl(resourceName(queueArn)),
    queueArn,
    batchSize: Number(properties['BatchSize'] ?? DEFAULT_QUEUE_BATCH),
    windowSeconds: Number(properties['MaximumBatchingWindowInSeconds'] ?? 0),
    maximumConcurrency: scaling?.MaximumConcurrency ?? DEFAULT_CONCURRENCY,
    reportsBatchItemFailures: responsesOf(properties).includes('ReportBatchItemFailures'),
  }
}

function streamMapping(
  { logicalId, properties }: LocalResource,
  table: string,
  queueUrl: (name: string) => string,
): StreamMappingPlan {
  if (responsesOf(properties).length > 0)
    throw new UnsupportedTemplate(logicalId, 'the runner knows no partial failures of a stream')
  const retries = Number(properties['MaximumRetryAttempts'] ?? -1)
  const { OnFailure } = (properties['DestinationConfig'] ?? {}) as { readonly OnFailure?: { Destination?: string } }
  const failures = OnFailure?.Destination
  if (failures !== undefined && !failures.startsWith('arn:aws:sqs:'))
    throw new UnsupportedTemplate(logicalId, `the runner sets failures aside in queues, not in ${failures}`)
  return {
    table,
    batchSize: Number(properties['BatchSize'] ?? DEFAULT_STREAM_BATCH),
    windowSeconds: Number(properties['MaximumBatchingWindowInSeconds'] ?? 0),
    retries: retries < 0 ? undefined : retries,
    bisects: properties['BisectBatchOnFunctionError'] === true,
    onFailureQueueUrl: failures === undefined ? undefined : queueUrl(resourceName(failures)),
  }
}

const responsesOf = (properties: LocalResource['properties']): readonly string[] =>
  (properties['FunctionResponseTypes'] ?? []) as readonly string[]
