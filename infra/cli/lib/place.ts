import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { SQSClient } from '@aws-sdk/client-sqs'
import { OPERATOR } from '../../local/engines/access.ts'
import { type AttachedStack, type Connection, connectStack } from '../../local/stack.ts'
import { type ApiClient, apiClient } from './api/api-client.ts'
import { requireData } from './data-folder.ts'
import type { QueueAccess } from './events/queue-sender.ts'
import { Failure, misused } from './failure.ts'
import { OPERATOR_SCOPES } from './token-claims.ts'
import { withStack } from './with-stack.ts'

/** Where a command works: on the data of a folder, or on a deployed stage. */
export interface Place {
  readonly data: string
  readonly stage?: string | undefined
}

/** A place as messages name it. */
export const placeName = ({ data, stage }: Place): string => (stage === undefined ? data : `stage ${stage}`)

/** The option that names the place again, for a command that is shown to the caller. */
export const placeFlag = ({ data, stage }: Place): string =>
  stage === undefined ? `--data ${data}` : `--stage ${stage}`

/** A stack whose AWS services commands call themselves. */
export interface Services {
  /** @throws Failure where the stack has no such output */
  readonly output: (name: string) => string
  /** Settings for the client of a service; none for a deployed stage, whose clients take this machine's. */
  readonly settings: (service: keyof Connection['endpoints']) => object
}

/** The services of a stack that runs here. The engines take any credentials; this machine's real ones are never sent to them. */
export const localServices = ({ outputs, endpoints }: Pick<Connection, 'outputs' | 'endpoints'>): Services => ({
  output: outputIn(outputs),
  settings: (service) => ({ ...OPERATOR, endpoint: endpoints[service] }),
})

/** The services of a deployed stage. @throws Failure where its outputs can't be read */
export async function deployedServices(stage: string): Promise<Services> {
  const name = `groschen-${stage}`
  const client = new CloudFormationClient({})
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }))
    const outputs = stack?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]) ?? []
    return { output: outputIn(Object.fromEntries(outputs)), settings: () => ({}) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(`the outputs of the stack ${name} can't be read: ${why}`)
  } finally {
    client.destroy()
  }
}

const outputIn =
  (outputs: Readonly<Record<string, string>>) =>
  (name: string): string => {
    const value = outputs[name]
    if (value === undefined) throw new Failure(`the stack has no output ${name}`)
    return value
  }

/** How commands publish, and ask what became of it. */
export interface StackAccess {
  readonly api: ApiClient
  readonly queue: QueueAccess
}

/** Who writes, in the log's words. Fixed for each command: a request that another run sends again is the same request. */
export type Actor = 'demo' | 'operator' | 'publish' | 'replay'

/** Longer than any replay. */
export const TOKEN_HOURS = 24

/** A token that may do everything, of the local issuer. */
export const operatorToken = (stack: AttachedStack, actor: Actor): Promise<string> =>
  stack.token({ sub: actor, scope: OPERATOR_SCOPES }, TOKEN_HOURS * 60)

/** Reaches a stack that runs here. */
export async function accessTo(stack: AttachedStack, actor: Actor): Promise<StackAccess> {
  const { output, settings } = localServices(stack)
  return {
    api: apiClient({ url: stack.apiUrl, token: await operatorToken(stack, actor) }),
    queue: { sqs: new SQSClient(settings('sqs')), url: output('UsageQueueUrl') },
  }
}

/** Options of a command that calls the API. */
export interface ApiPlace extends Place {
  readonly apiUrl?: string | undefined
  readonly token?: string | undefined
}

/**
 * Works with the API of a deployed stage, of the stack that runs on the folder, or of one that is run meanwhile.
 *
 * @throws Failure without a token for a deployed stage, and where the folder has no data
 */
export async function withApi<T>(place: ApiPlace, work: (api: ApiClient) => Promise<T>): Promise<T> {
  const api = await deployedApi(place)
  if (api !== undefined) return await work(api)
  requireData(place.data)
  return await withStack(place.data, async (stack) => work((await accessTo(stack, 'operator')).api))
}

/** The API of a deployed stage; `undefined` where none is named. @throws Failure without a token */
export async function deployedApi({ stage, apiUrl, token }: ApiPlace): Promise<ApiClient | undefined> {
  if (stage === undefined && apiUrl === undefined) return undefined
  if (token === undefined)
    throw misused('the API of a deployed stage needs --token, or GROSCHEN_TOKEN (infra/README.md, Tokens)')
  const url = apiUrl ?? (stage === undefined ? '' : (await deployedServices(stage)).output('ApiUrl'))
  return apiClient({ url: url.replace(/\/$/, ''), token })
}

/** Works with the services of a deployed stage, of the stack that runs on the folder, or of one that is run meanwhile. */
export async function withServices<T>({ data, stage }: Place, work: (services: Services) => Promise<T>): Promise<T> {
  if (stage !== undefined) return await work(await deployedServices(stage))
  requireData(data)
  return await withStack(data, (stack) => work(localServices(stack)))
}

/** The stack that runs on a folder. @throws Failure where none does */
export async function runningStack(data: string, otherwise = ''): Promise<AttachedStack> {
  const stack = await connectStack(data)
  if (stack !== undefined) return stack
  const folder = data === '.groschen' ? '' : ` -- --data ${data}`
  throw new Failure(`no stack runs on ${data}: run npm start${folder} in another terminal${otherwise}`)
}
