import type { StreamView } from '../engines/change-record.ts'
import type { EnginesPlan, QueuePlan, RulePlan, SecretPlan, TablePlan } from '../engines/protocol.ts'
import { UnsupportedTemplate } from '../errors.ts'
import type { Ports } from '../kept-ports.ts'
import { permissionsOf } from '../permissions.ts'
import { bucketName, type LocalResource, type LocalStack, secretArn } from '../template/local-stack.ts'
import { streamedTable } from './mapping-plan.ts'
import { accessKeyOf, nameOf, resourceName } from './names.ts'

/**
 * Tables, queues, buses with their rules, buckets, secrets, and who may do what with them.
 *
 * @throws UnsupportedTemplate
 */
export function enginesPlan(directory: string, stack: LocalStack, apiUrl: string, ports: Ports): EnginesPlan {
  return {
    directory,
    ports,
    tables: stack.ofType('AWS::DynamoDB::Table').map((table) => tablePlan(table, stack)),
    queues: stack.ofType('AWS::SQS::Queue').map((queue) => queuePlan(queue, stack)),
    buses: stack.ofType('AWS::Events::EventBus').map((bus) => nameOf(bus, stack, 'Name')),
    buckets: stack.ofType('AWS::S3::Bucket').map((bucket) => bucketName(nameOf(bucket, stack, 'BucketName'))),
    rules: eventRules(stack),
    secrets: stack.ofType('AWS::SecretsManager::Secret').map((secret) => secretPlan(secret, stack)),
    webhookUrl: `${apiUrl}/v1/payment-webhooks/stripe`,
    permissions: [...permissionsOf(stack)].map(([logicalId, allowed]) => [accessKeyOf(logicalId), allowed]),
  }
}

/** A secret without a length is filled in by an operator. */
function secretPlan(secret: LocalResource, stack: LocalStack): SecretPlan {
  const generated = secret.properties['GenerateSecretString'] as { readonly PasswordLength?: number } | undefined
  const of = /PaymentWebhookSecret/.test(secret.logicalId) ? 'webhook' : 'api'
  return { arn: secretArn(nameOf(secret, stack, 'Name')), characters: generated?.PasswordLength, of }
}

function tablePlan(table: LocalResource, stack: LocalStack): TablePlan {
  const { properties } = table
  const indexes = properties['GlobalSecondaryIndexes'] as readonly Readonly<Record<string, unknown>>[] | undefined
  const TableName = nameOf(table, stack, 'TableName')
  return {
    create: {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: properties['KeySchema'] as never,
      AttributeDefinitions: properties['AttributeDefinitions'] as never,
      GlobalSecondaryIndexes: indexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })) as never,
    },
    stream: streamView(table, stack, TableName),
  }
}

/** A stream that no mapping reads is not kept: nothing would ever be taken out of it. */
function streamView({ logicalId, properties }: LocalResource, stack: LocalStack, name: string): StreamView | undefined {
  const readers = stack
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter((mapping) => streamedTable(String(mapping.properties['EventSourceArn'])) === name)
  if (readers.length > 1) throw new UnsupportedTemplate(logicalId, 'the runner hands a stream to one mapping alone')
  const stream = properties['StreamSpecification'] as { readonly StreamViewType: StreamView } | undefined
  return readers.length === 0 ? undefined : stream?.StreamViewType
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
    name: nameOf(queue, stack, 'QueueName'),
    attributes: Object.fromEntries([
      ...attributes,
      ...(redrive === undefined ? [] : [['RedrivePolicy', JSON.stringify(redrive)] as const]),
    ]),
  }
}

/** `DeadLetterConfig` and `RetryPolicy` are for targets that cannot be reached: here they always can. */
const TARGET_PARTS: ReadonlySet<string> = new Set(['Arn', 'DeadLetterConfig', 'Id', 'RetryPolicy'])

/**
 * Every rule that matches events of a bus and puts them into queues.
 *
 * @throws UnsupportedTemplate for other targets, and for patterns beyond whole texts of source and detail type
 */
function eventRules(stack: LocalStack): readonly RulePlan[] {
  return stack.ofType('AWS::Events::Rule').flatMap(({ logicalId, properties }) => {
    const pattern = properties['EventPattern']
    if (pattern === undefined || properties['State'] === 'DISABLED') return []
    const { source, 'detail-type': detailTypes, ...others } = pattern as Readonly<Record<string, unknown>>
    if (!isTexts(source) || !isTexts(detailTypes) || Object.keys(others).length > 0)
      throw new UnsupportedTemplate(logicalId, 'the runner matches whole texts of source and detail-type alone')
    const targets = (properties['Targets'] ?? []) as readonly { readonly Arn: string }[]
    return targets.map((target) => {
      const unknown = Object.keys(target).filter((part) => !TARGET_PARTS.has(part))
      if (unknown.length > 0 || !target.Arn.startsWith('arn:aws:sqs:'))
        throw new UnsupportedTemplate(logicalId, 'the runner puts matched events into queues alone, as they are')
      return {
        bus: resourceName(String(properties['EventBusName'] ?? 'default')),
        sources: source,
        detailTypes,
        queue: resourceName(target.Arn),
      }
    })
  })
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
