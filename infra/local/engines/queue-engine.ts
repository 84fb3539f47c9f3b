import { createServer, request as sendRequest } from 'node:http'
import { join } from 'node:path'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  MessageNotInflight,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import type { Permissions } from '../permissions.ts'
import { ACCOUNT_ID, REGION } from '../template/local-stack.ts'
import { answer, arn, deny, isAllowed, readRequest } from './access.ts'
import { listen } from './listen.ts'
import type { QueuePlan } from './protocol.ts'

export interface QueueEngine {
  /** Behind the permissions: what functions get. */
  readonly address: string
  /** The engine itself: what the event source mappings get. */
  readonly engineAddress: string
  readonly stop: () => Promise<void>
}

/** IAM knows an operation on a batch by the name of the single one. */
const actionOf = (operation: string): string => `sqs:${operation.replace(/Batch$/, '')}`

/** fauxqs on SQLite, behind a boundary that asks the callers' roles. */
export async function startQueueEngine(
  directory: string,
  queues: readonly QueuePlan[],
  permissions: ReadonlyMap<string, Permissions>,
): Promise<QueueEngine> {
  const engine = await startFauxqs({
    port: 0,
    host: '127.0.0.1',
    logger: false,
    dataDir: join(directory, 'sqs'),
    defaultRegion: REGION,
  })
  const engineAddress = `http://127.0.0.1:${engine.port}`
  const client = new SQSClient({
    endpoint: engineAddress,
    region: REGION,
    useQueueUrlAsEndpoint: false,
    credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'local' },
  })
  // A queue comes after the dead-letter queue that it names.
  for (const queue of [...queues].sort(
    (a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes),
  )) {
    await prepare(engine, client, engineAddress, queue)
  }
  client.destroy()

  const boundary = createServer((request, response) => {
    void readRequest(request).then(({ accessKeyId, operation, input, body }) => {
      const queue =
        String(input['QueueUrl'] ?? '')
          .split('/')
          .at(-1) ?? ''
      const [action, resource] = [actionOf(operation), arn('sqs', queue)]
      if (!isAllowed(permissions, accessKeyId, action, resource)) return deny(response, accessKeyId, action, resource)
      const { headers, method, url } = request
      const onward = sendRequest(`${engineAddress}${url}`, { method, headers }, (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers)
        answered.pipe(response)
      })
      onward.on('error', (error) => answer(response, 502, { __type: 'ServiceUnavailable', message: error.message }))
      onward.end(body)
    })
  })
  const address = await listen(boundary)
  return {
    address,
    engineAddress,
    stop: async () => {
      boundary.closeAllConnections()
      boundary.close()
      await engine.stop()
    },
  }
}

export const queueUrl = (address: string, name: string): string => `${address}/${ACCOUNT_ID}/${name}`

/** Makes a queue, or gives it today's attributes; what a killed runner had received is visible again: nobody works on it. */
async function prepare(
  engine: FauxqsServer,
  client: SQSClient,
  address: string,
  { name, attributes }: QueuePlan,
): Promise<void> {
  const held = engine.inspectQueue(name)
  if (held === undefined) {
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes } }))
    return
  }
  const QueueUrl = queueUrl(address, name)
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { ...attributes } }))
  for (const { receiptHandle } of held.messages.inflight) {
    // One second, not none: fauxqs 2.4.1 with a database fails at 0, and loses the message until the next start.
    const change = { QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 1 }
    await client.send(new ChangeMessageVisibilityCommand(change)).catch((error: unknown) => {
      // Its timeout ran out while nothing ran: it is visible already.
      if (!(error instanceof MessageNotInflight)) throw error
    })
  }
}
