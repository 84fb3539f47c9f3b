import { existsSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { UnsupportedTemplate } from '../errors.ts'
import type { FunctionPlan } from '../lambda/function-process.ts'
import { type LocalResource, type LocalStack, REGION } from '../template/local-stack.ts'
import { accessKeyOf, nameOf } from './names.ts'

/** Where the services are. The SDKs read these, the functions do not know them. */
export interface ServiceEnvironment {
  readonly AWS_ENDPOINT_URL_DYNAMODB: string
  readonly AWS_ENDPOINT_URL_SQS: string
  readonly AWS_ENDPOINT_URL_EVENTBRIDGE: string
  readonly AWS_ENDPOINT_URL_S3: string
  readonly NODE_COMPILE_CACHE: string
}

/** AWS: what a function has where the template says nothing. */
const DEFAULT_TIMEOUT_SECONDS = 3
const DEFAULT_MEMORY_MEGABYTES = 128

/** Processes of one function at a time, where the template says nothing: AWS has a thousand, this machine has not. */
export const DEFAULT_CONCURRENCY = 10

/** What Lambda sets, or what keeps this machine's own settings (time zone, AWS profiles) away from a function. */
const RUNTIME_ENVIRONMENT = {
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
}

/**
 * A function's process to be.
 *
 * @param concurrency the most that the function's mappings invoke at a time
 * @throws UnsupportedTemplate
 */
export function functionPlan(
  lambda: LocalResource,
  stack: LocalStack,
  services: ServiceEnvironment,
  concurrency: number,
): FunctionPlan {
  const { logicalId, properties } = lambda
  const name = nameOf(lambda, stack, 'FunctionName')
  const memory = Number(properties['MemorySize'] ?? DEFAULT_MEMORY_MEGABYTES)
  const { Variables } = (properties['Environment'] ?? {}) as { readonly Variables?: Readonly<Record<string, string>> }
  const reserved = properties['ReservedConcurrentExecutions']
  return {
    name,
    ...entryOf(lambda, stack),
    timeoutSeconds: Number(properties['Timeout'] ?? DEFAULT_TIMEOUT_SECONDS),
    memoryMegabytes: memory,
    concurrency: reserved === undefined ? Math.max(concurrency, DEFAULT_CONCURRENCY) : Number(reserved),
    environment: {
      ...RUNTIME_ENVIRONMENT,
      ...Variables,
      ...services,
      AWS_ACCESS_KEY_ID: accessKeyOf(logicalId),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    },
  }
}

function entryOf({ logicalId, properties }: LocalResource, stack: LocalStack): Pick<FunctionPlan, 'file' | 'exported'> {
  const runtime = String(properties['Runtime'])
  if (!runtime.startsWith('nodejs'))
    throw new UnsupportedTemplate(logicalId, `the runner runs Node functions, not ${runtime}`)
  const { S3Key } = properties['Code'] as { readonly S3Key?: string }
  const folder = stack.assets.get(String(S3Key).split('.')[0] ?? '')
  if (folder === undefined) throw new UnsupportedTemplate(logicalId, 'its code is no asset of the cloud assembly')

  const [module = '', exported = ''] = String(properties['Handler']).split('.')
  const file = ['mjs', 'js', 'cjs'].map((ending) => join(folder, `${module}.${ending}`)).find((one) => existsSync(one))
  if (file === undefined) throw new UnsupportedTemplate(logicalId, `its asset has no module ${module}`)
  return { file, exported }
}
