import { UnsupportedTemplate } from '../errors.ts'
import type { FunctionPlan } from '../lambda/function-pool.ts'
import { type LocalResource, type LocalStack, REGION } from '../template/local-stack.ts'
import { accessKeyOf, nameOf } from './names.ts'

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
