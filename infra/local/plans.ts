import type { EnginesPlan, QueuePlan, TablePlan } from './engines/protocol.ts'
import { UnsupportedTemplate } from './errors.ts'
import type { AuthorizerPlan } from './http/authorizer.ts'
import type { FunctionPlan } from './lambda/function-pool.ts'
import type { QueueMappingPlan } from './mappings/queue-mapping.ts'
import type { StreamMappingPlan } from './mappings/stream-mapping.ts'
import { permissionsOf } from './permissions.ts'
import { type LocalResource, type LocalStack, REGION } from './template/local-stack.ts'

type Properties = Readonly<Record<string, unknown>>

/** A function's credentials: the boundary in front of the engines knows its role by them. */
export const accessKeyOf = (logicalId: string): string => `FUNCTION${logicalId}`

const nameOf = ({ properties }: LocalResource, stack: LocalStack, logicalId: string, property: string): string =>
  String(properties[property] ?? `${stack.name}-${logicalId}`)

export function enginesPlan(directory: string, stack: LocalStack): EnginesPlan {
  return {
    directory,
    tables: stack.ofType('AWS::DynamoDB::Table').map((table) => tablePlan(table, stack)),
    queues: stack.ofType('AWS::SQS::Queue').map((queue) => queuePlan(queue, stack)),
    buses: stack.ofType('AWS::Events::EventBus').map((bus) => nameOf(bus, stack, bus.logicalId, 'Name')),
    permissions: [...permissionsOf(stack)].map(([logicalId, allowed]) => [accessKeyOf(logicalId), allowed]),
  }
}

function tablePlan(table: LocalResource, stack: LocalStack): TablePlan {
  const { properties } = table
  const indexes = properties['GlobalSecondaryIndexes'] as readonly Properties[] | undefined
  return {
    create: {
      TableName: nameOf(table, stack, table.logicalId, 'TableName'),
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: properties['KeySchema'] as never,
      AttributeDefinitions: properties['AttributeDefinitions'] as never,
      ...(indexes && {
        GlobalSecondaryIndexes: indexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })) as never,
      }),
    },
    hasStream: properties['StreamSpecification'] !== undefined,
  }
}

const QUEUE_ATTRIBUTES = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
]

function queuePlan(queue: LocalResource, stack: LocalStack): QueuePlan {
  const { properties } = queue
  if (properties['FifoQueue']) throw new UnsupportedTemplate(queue.logicalId, 'the runner runs standard queues alone')
  const attributes = QUEUE_ATTRIBUTES.filter((name) => name in properties).map(
    (name) => [name, String(properties[name])] as const,
  )
  const redrive = properties['RedrivePolicy']
  return {
    name: nameOf(queue, stack, queue.logicalId, 'QueueName'),
    attributes: Object.fromEntries([
      ...attributes,
      ...(redrive === undefined ? [] : [['RedrivePolicy', JSON.stringify(redrive)] as const]),
    ]),
  }
}

/** What a function finds in its environment beside what the template gives it: where the services are. */
export interface ServiceEnvironment {
  readonly AWS_ENDPOINT_URL_DYNAMODB: string
  readonly AWS_ENDPOINT_URL_SQS: string
  readonly AWS_ENDPOINT_URL_EVENTBRIDGE: string
  readonly NODE_COMPILE_CACHE: string
}

export function functionPlan(lambda: LocalResource, stack: LocalStack, services: ServiceEnvironment): FunctionPlan {
  const { logicalId, properties } = lambda
  const runtime = String(properties['Runtime'])
  if (!runtime.startsWith('nodejs'))
    throw new UnsupportedTemplate(logicalId, `the runner runs Node functions, not ${runtime}`)
  const { S3Key } = properties['Code'] as { readonly S3Key?: string }
  const code = stack.assets.get(String(S3Key).split('.')[0] ?? '')
  if (code === undefined) throw new UnsupportedTemplate(logicalId, 'its code is no asset of the cloud assembly')

  const name = nameOf(lambda, stack, logicalId, 'FunctionName')
  const memory = Number(properties['MemorySize'] ?? 128)
  const variables =
    (properties['Environment'] as { readonly Variables?: Record<string, string> } | undefined)?.Variables ?? {}
  return {
    name,
    code,
    handler: String(properties['Handler']),
    timeoutSeconds: Number(properties['Timeout'] ?? 3),
    memoryMegabytes: memory,
    environment: {
      ...variables,
      ...services,
      AWS_ACCESS_KEY_ID: accessKeyOf(logicalId),
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: REGION,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    },
  }
}

/** The function that an event source mapping, a rule or an integration names by ARN or name. */
export function functionOf(stack: LocalStack, reference: unknown): LocalResource {
  const name = String(reference).split('/invocations')[0]?.split(':').at(-1)
  const found = stack
    .ofType('AWS::Lambda::Function')
    .find((lambda) => nameOf(lambda, stack, lambda.logicalId, 'FunctionName') === name)
  if (found === undefined) throw new UnsupportedTemplate(String(reference), 'names no function of the stack')
  return found
}

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

export interface RouteTarget {
  readonly method: string
  readonly path: string
  readonly scopes: readonly string[]
  readonly authorizer: AuthorizerPlan | undefined
  readonly function: LocalResource
}

export function routeTargets(stack: LocalStack): readonly RouteTarget[] {
  const byName = (type: Parameters<LocalStack['ofType']>[0]) =>
    new Map(stack.ofType(type).map((one) => [`${stack.name}-${one.logicalId}`, one]))
  const [integrations, authorizers] = [
    byName('AWS::ApiGatewayV2::Integration'),
    byName('AWS::ApiGatewayV2::Authorizer'),
  ]
  return stack.ofType('AWS::ApiGatewayV2::Route').map(({ logicalId, properties }) => {
    const [method = '', path = ''] = String(properties['RouteKey']).split(' ')
    const integration = integrations.get(String(properties['Target']).replace('integrations/', ''))
    if (integration?.properties['PayloadFormatVersion'] !== '2.0')
      throw new UnsupportedTemplate(logicalId, 'the runner knows Lambda integrations with payload 2.0')
    if (path === '' || method === 'ANY' || path.includes('+}'))
      throw new UnsupportedTemplate(logicalId, 'the runner knows routes with a method and a plain path')
    return {
      method,
      path,
      scopes: (properties['AuthorizationScopes'] ?? []) as readonly string[],
      authorizer: authorizerOf(logicalId, properties, authorizers),
      function: functionOf(stack, integration.properties['IntegrationUri']),
    }
  })
}

function authorizerOf(
  logicalId: string,
  properties: Properties,
  authorizers: ReadonlyMap<string, LocalResource>,
): AuthorizerPlan | undefined {
  const type = properties['AuthorizationType'] ?? 'NONE'
  if (type === 'NONE') return undefined
  const found = authorizers.get(String(properties['AuthorizerId']))
  const jwt = found?.properties['JwtConfiguration'] as
    | { readonly Issuer: string; readonly Audience: readonly string[] }
    | undefined
  if (type !== 'JWT' || jwt === undefined)
    throw new UnsupportedTemplate(logicalId, `the runner knows JWT authorizers, not ${String(type)}`)
  return { issuer: jwt.Issuer, audience: jwt.Audience }
}

export interface ScheduleTarget {
  readonly logicalId: string
  readonly expression: string
  readonly function: LocalResource
  readonly input: unknown
}

export function scheduleTargets(stack: LocalStack): readonly ScheduleTarget[] {
  return stack.ofType('AWS::Events::Rule').flatMap(({ logicalId, properties }) => {
    const expression = properties['ScheduleExpression']
    if (typeof expression !== 'string' || properties['EventPattern'] !== undefined)
      throw new UnsupportedTemplate(logicalId, 'the runner knows scheduled rules alone')
    if (properties['State'] === 'DISABLED') return []
    return ((properties['Targets'] ?? []) as readonly { readonly Arn: string; readonly Input?: string }[]).map(
      ({ Arn, Input }) => ({
        logicalId,
        expression,
        function: functionOf(stack, Arn),
        input: Input === undefined ? {} : (JSON.parse(Input) as unknown),
      }),
    )
  })
}
