import { synthesized } from './synthesized.ts'

/** A synthesized template, as it is written. */
export interface Written {
  readonly Parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly Conditions?: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, WrittenResource>>
  readonly Outputs: Readonly<Record<string, unknown>>
}

export interface WrittenResource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
  readonly DependsOn?: string | readonly string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly Condition?: string
}

/** `app.ts` takes no longer one. */
export const LONGEST_STAGE = 'abcdefghij-klmnopqrs'

const KEY_ARN = 'arn:aws:kms:ap-southeast-7:123456789012:key/11111111-2222-3333-4444-555555555555'

/** At the bounds of what their readers take, with characters that are more than a byte. */
const CONTEXT = { seller: { name: 'Müller & Söhne GmbH', lines: ['Hauptstraße 1', '10827 Berlin'] } }

const written = (context: Record<string, unknown>): Written =>
  synthesized({ ...CONTEXT, ...context }, LONGEST_STAGE).toJSON() as Written

/** One template for each way to encrypt, of the stage with the longest name; synthesized once. */
export const variants = [
  { tableKey: 'aws-owned', template: written({}) },
  { tableKey: 'customer', template: written({ tableKey: 'customer' }) },
  { tableKey: 'an ARN', template: written({ tableKey: KEY_ARN, tableKeyPolicy: 'allows-eventbridge' }) },
] as const

/** Logical id and resource of each of a type. */
export const ofType = (template: Written, type: string): readonly (readonly [string, WrittenResource])[] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type)

/** Every text of a template, keys too. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => [...(Array.isArray(value) ? [] : [key]), ...texts(one)])
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': 'ap-southeast-7',
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': `groschen-${LONGEST_STAGE}`,
  'AWS::StackId': `arn:aws:cloudformation:ap-southeast-7:123456789012:stack/groschen-${LONGEST_STAGE}/11111111-2222-3333-4444-555555555555`,
}

/** What CloudFormation puts behind a logical id in a name that it makes. */
const SUFFIX = 'ABCDEFGHIJKLM'

/**
 * A value with the intrinsic functions as long as they become on AWS: names that CloudFormation makes, ARNs with the longest region.
 *
 * A condition counts as its longer side.
 */
export function rendered(template: Written, value: unknown): unknown {
  const render = (one: unknown): unknown => rendered(template, one)
  if (Array.isArray(value)) return value.map(render)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [[name, argument] = ['', undefined]] = entries
  if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return intrinsic(template, name, argument)
  return Object.fromEntries(entries.map(([key, one]) => [key, render(one)]))
}

function intrinsic(template: Written, name: string, argument: unknown): unknown {
  const list = argument as readonly unknown[]
  switch (name) {
    case 'Ref':
      return refOf(template, String(argument))
    case 'Fn::GetAtt':
      return attributeOf(template, String(list[0]), String(list[1]))
    case 'Fn::Join':
      return (rendered(template, list[1]) as readonly unknown[]).join(String(list[0]))
    case 'Fn::Select':
      return (rendered(template, list[1]) as readonly unknown[])[Number(list[0])]
    case 'Fn::Split':
      return String(rendered(template, list[1])).split(String(list[0]))
    case 'Fn::If':
      return list
        .slice(1)
        .map((side) => rendered(template, side))
        .reduce((a, b) => (JSON.stringify(a).length >= JSON.stringify(b).length ? a : b))
    default:
      throw new Error(`no longest form of ${name}`)
  }
}

function refOf(template: Written, id: string): string {
  const pseudo = PSEUDO[id]
  if (pseudo !== undefined) return pseudo
  const parameter = template.Parameters[id]
  if (parameter !== undefined) return 'x'.repeat(Number(parameter['MaxLength'] ?? String(parameter['Default']).length))
  const { Type = '' } = template.Resources[id] ?? {}
  if (Type === 'AWS::SQS::Queue') return `https://sqs.ap-southeast-7.amazonaws.com/123456789012/${nameOf(id)}`
  return Type === 'AWS::SecretsManager::Secret' ? arnOf(Type, id) : nameOf(id)
}

function attributeOf(template: Written, id: string, attribute: string): string {
  const { Type = '' } = template.Resources[id] ?? {}
  if (attribute === 'StreamArn') return `${arnOf(Type, id)}/stream/2026-11-29T00:00:00.000`
  if (attribute === 'ApiEndpoint') return 'https://abcdefghij.execute-api.ap-southeast-7.amazonaws.com'
  if (attribute === 'ProviderURL') return 'https://cognito-idp.ap-southeast-7.amazonaws.com/ap-southeast-7_abcdefghi'
  return attribute === 'Arn' ? arnOf(Type, id) : nameOf(id)
}

const nameOf = (id: string): string => `groschen-${LONGEST_STAGE}-${id}-${SUFFIX}`

const arnOf = (type: string, id: string): string =>
  `arn:aws:${type.split('::')[1]?.toLowerCase()}:ap-southeast-7:123456789012:${type.split('::')[2]?.toLowerCase()}/${nameOf(id)}`
