import { SQSClient } from '@aws-sdk/client-sqs'
import type { Connection, RunningStack } from '../../local/stack.ts'
import { type ApiClient, apiClient } from './api/api-client.ts'
import type { QueueAccess } from './events/queue-sender.ts'
import { OPERATOR_SCOPES } from './token/claims-of.ts'

/** A stack that runs here, in this process or in another one. */
export type LocalStack = Connection & Pick<RunningStack, 'token'>

/** What the commands do their work with. */
export interface StackAccess {
  readonly api: ApiClient
  readonly queue: QueueAccess
}

/** Who writes, in the log's words. Fixed for each command, so that a request sent again by another run is the same request. */
export type Actor = 'demo' | 'operator' | 'publish' | 'replay'

/** Longer than any replay. */
export const TOKEN_HOURS = 24

export const operatorToken = (stack: LocalStack, actor: Actor): Promise<string> =>
  stack.token({ sub: actor, scope: OPERATOR_SCOPES }, TOKEN_HOURS * 60)

export async function accessTo(stack: LocalStack, actor: Actor): Promise<StackAccess> {
  const url = stack.outputs['UsageQueueUrl']
  if (url === undefined) throw new Error('the stack has no output UsageQueueUrl')
  return {
    api: apiClient({ url: stack.apiUrl, token: await operatorToken(stack, actor) }),
    queue: { sqs: localQueueClient(stack), url },
  }
}

/** The embedded engine takes any credentials; real ones of this machine must never be sent to it. */
export const localQueueClient = ({ endpoints, region }: Connection): SQSClient =>
  new SQSClient({
    endpoint: endpoints.sqs,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
