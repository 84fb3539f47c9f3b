import { Readable } from 'node:stream'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

type Handler = DynamoDBClient['config']['requestHandler']
type Handled = Awaited<ReturnType<Handler['handle']>>
type HttpRequest = Parameters<Handler['handle']>[0]

/** One attempt of the SDK, as it leaves the process. */
interface Attempt {
  /** As in `PutItem`. */
  readonly command: string
  /** JSON. */
  readonly body: string
}

/** An answer on its way back. */
export interface Answer {
  readonly status: number
  /** The whole body; whoever comes after can read it again. */
  readonly text: () => Promise<string>
  readonly handled: Handled
}

/** Stands between an SDK client and the network: sends on, or does not, and says what comes back. */
export type Between = (attempt: Attempt, send: () => Promise<Answer>) => Promise<Answer>

const TARGET = /^DynamoDB_\d+\.(\w+)$/

/** Puts something in front of a client's network, below the SDK's own retries. The last put there sees an attempt first. */
export function onWire(
  { config }: { readonly config: Pick<DynamoDBClient['config'], 'requestHandler'> },
  between: Between,
): void {
  const inner = config.requestHandler
  const handle: Handler['handle'] = async (request, options) => {
    const send = async () => answerOf(await inner.handle(request, options))
    return (await between(attemptOf(request), send)).handled
  }
  config.requestHandler = Object.assign(Object.create(inner) as Handler, { handle })
}

function attemptOf({ headers, body }: HttpRequest): Attempt {
  const [, command = 'unknown'] = TARGET.exec(headers['x-amz-target'] ?? '') ?? []
  return { command, body: typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array) }
}

function answerOf(handled: Handled): Answer {
  const { response } = handled
  const text = async () => {
    const chunks: Buffer[] = []
    for await (const chunk of response.body as Readable) chunks.push(chunk as Buffer)
    const whole = Buffer.concat(chunks)
    response.body = Readable.from([whole])
    return whole.toString()
  }
  return { status: response.statusCode, text, handled }
}

/** An answer that nobody sent. */
export function madeUp(status: number, type: string, message: string): Answer {
  const text = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message })
  const response = {
    statusCode: status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Readable.from([Buffer.from(text)]),
  }
  return { status, text: async () => text, handled: { response } as unknown as Handled }
}
