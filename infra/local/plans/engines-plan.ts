import type { StreamView } from '../engines/change-record.ts'
import type { EnginesPlan, QueuePlan, SecretPlan, TablePlan } from '../engines/protocol.ts'
import { UnsupportedTemplate } from '../errors.ts'
import type { Ports } from '../kept-ports.ts'
import { permissionsOf } from '../permissions.ts'
import { bucketName, type LocalResource, type LocalStack, secretArn } from '../template/local-stack.ts'
import { eventRules } from './event-rules.ts'
import { streamedTable } from './mapping-plan.ts'
import { accessKeyOf, nameOf } from './names.ts'

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
      ...(indexes && {
        GlobalSecondaryIndexes: indexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })) as never,
      }),
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
