import { UnsupportedTemplate } from '../errors.ts'
import { checkProperties } from './known-properties.ts'
import { holds, type Names, resolve, UnknownIntrinsic } from './resolve.ts'
import { EFFECTLESS_TYPES, isRunType, type RunType } from './resource-types.ts'
import type { AssembledStack, Resource } from './template.ts'

export const REGION = 'eu-central-1'
export const ACCOUNT_ID = '000000000000'

/** A resource with its properties resolved. */
export interface LocalResource {
  readonly logicalId: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** A stack as it stands on this machine: every name and ARN known, every property resolved. */
export interface LocalStack {
  readonly name: string
  readonly ofType: (type: RunType) => readonly LocalResource[]
  readonly outputs: Readonly<Record<string, string>>
  readonly assets: ReadonlyMap<string, string>
}

/** Where the parts that get an address from the runner are. */
export interface Addresses {
  readonly queueUrl: (queueName: string) => string
  readonly apiUrl: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Puts a stack on this machine.
 *
 * @throws UnsupportedTemplate for a resource, a property or an intrinsic function that the runner does not know: what it
 *   does not run must not look as if it ran
 */
export function localStack({ name, template, assets }: AssembledStack, addresses: Addresses): LocalStack {
  const names: Names = {
    ref: (logicalId) => refOf(logicalId),
    attribute: (logicalId, attribute) => attributeOf(logicalId, attribute),
    condition: (condition) => holds(template.Conditions?.[condition], names),
  }

  const refOf = (logicalId: string): string => {
    const pseudo = PSEUDO_PARAMETERS[logicalId]
    if (pseudo !== undefined) return pseudo === STACK_NAME ? name : pseudo
    const parameter = template.Parameters?.[logicalId]
    if (parameter !== undefined) {
      const value = addresses.parameters[logicalId] ?? parameter.Default
      if (value === undefined) throw new UnsupportedTemplate(logicalId, 'the runner has no value for this parameter')
      return value
    }
    const resource = resourceOf(logicalId)
    const physicalName = physicalNameOf(logicalId, resource)
    if (resource.Type === 'AWS::SQS::Queue') return addresses.queueUrl(physicalName)
    if (resource.Type === 'AWS::SecretsManager::Secret') return secretArn(physicalName)
    return resource.Type === 'AWS::S3::Bucket' ? bucketName(physicalName) : physicalName
  }

  const attributeOf = (logicalId: string, attribute: string): string => {
    const resource = resourceOf(logicalId)
    const physicalName = physicalNameOf(logicalId, resource)
    if (attribute === 'Arn') return arnOf(resource.Type, physicalName)
    if (attribute === 'StreamArn') return `${arnOf(resource.Type, physicalName)}/stream/local`
    if (attribute === 'ApiEndpoint') return addresses.apiUrl
    if (attribute === 'QueueName' || attribute === 'Name') return physicalName
    throw new UnsupportedTemplate(logicalId, `the runner does not know the attribute ${attribute} of ${resource.Type}`)
  }

  const resourceOf = (logicalId: string): Resource => {
    const resource = template.Resources[logicalId]
    if (resource === undefined) throw new UnsupportedTemplate(logicalId, 'is referred to and nowhere in the template')
    return resource
  }

  const physicalNameOf = (logicalId: string, { Type, Properties = {} }: Resource): string => {
    const given = NAME_PROPERTIES.map((property) => Properties[property]).find((value) => value !== undefined)
    if (given !== undefined && HAS_NAME.has(Type)) return String(resolve(given, names))
    return `${name}-${logicalId}`
  }

  // What a condition leaves out is not made here either, and need not be known.
  const made = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || names.condition(Condition),
  )
  for (const [logicalId, { Type }] of made) {
    if (EFFECTLESS_TYPES.has(Type) || isRunType(Type)) continue
    throw new UnsupportedTemplate(logicalId, `the runner does not know resources of type ${Type}`)
  }
  const resources = made.flatMap(([logicalId, { Type, Properties = {} }]): readonly LocalResource[] => {
    if (!isRunType(Type)) return []
    const properties = resolveIn(logicalId, Type, Properties, names) as LocalResource['properties']
    checkProperties(logicalId, Type, properties)
    return [{ logicalId, type: Type, properties }]
  })
  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([, { Condition }]) => Condition === undefined || names.condition(Condition))
    .map(([key, { Value }]) => [key, String(resolveIn(key, 'output', Value, names))])
  return {
    name,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    outputs: Object.fromEntries(outputs) as Record<string, string>,
    assets,
  }
}

function resolveIn(logicalId: string, type: string, value: unknown, names: Names): unknown {
  try {
    return resolve(value, names)
  } catch (error) {
    if (!(error instanceof UnknownIntrinsic)) throw error
    throw new UnsupportedTemplate(logicalId, `${error.message}, which this ${type} uses`)
  }
}

const STACK_NAME = '(stack name)'

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT_ID,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT_ID}:stack/local`,
  'AWS::StackName': STACK_NAME,
  'AWS::URLSuffix': 'amazonaws.com',
}

const NAME_PROPERTIES = ['BucketName', 'TableName', 'QueueName', 'FunctionName', 'RoleName', 'Name']

/** Types whose name is their physical id. */
const HAS_NAME: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Lambda::Function',
  'AWS::IAM::Role',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
])

/** A bucket's name has no capitals, unlike the logical id it is made from. */
export const bucketName = (name: string): string => name.toLowerCase()

export const secretArn = (name: string): string => arnOf('AWS::SecretsManager::Secret', name)

function arnOf(type: string, physicalName: string): string {
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${bucketName(physicalName)}`
  const service = type.split('::')[1]?.toLowerCase() ?? ''
  const kind = ARN_KINDS[type] ?? `${type.split('::')[2]?.toLowerCase() ?? ''}/`
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${kind}${physicalName}`
}

const ARN_KINDS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'table/',
  'AWS::SQS::Queue': '',
  'AWS::SecretsManager::Secret': 'secret:',
  'AWS::Lambda::Function': 'function:',
  'AWS::Events::EventBus': 'event-bus/',
}
