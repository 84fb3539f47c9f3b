import type { EnginesPlan, QueuePlan, TablePlan } from '../engines/protocol.ts'
import { UnsupportedTemplate } from '../errors.ts'
import { permissionsOf } from '../permissions.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import { accessKeyOf, nameOf, type Properties } from './names.ts'

/** What the engines are to hold: tables, queues and buses of the template, and who may do what with them. */
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
