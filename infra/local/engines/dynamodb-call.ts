import type { Server } from 'node:http'
import { Readable } from 'node:stream'
import { REGION } from '../template/local-stack.ts'

export interface EngineAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string
}

/** Calls the engine in this process: no second way over the network, and the answer is known before it is passed on. */
export function callEngine(
  engine: Server,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Buffer,
): Promise<EngineAnswer> {
  return new Promise((resolve) => {
    const answered: Record<string, string | number> = {}
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string | number) => {
        answered[name] = value
      },
      end: (text = '') => resolve({ status: response.statusCode, headers: answered, body: text }),
    }
    engine.emit('request', Object.assign(Readable.from([body]), { method: 'POST', url: '/', headers }), response)
  })
}

/** What the engine checks of a signature: that there is one. */
const OPERATOR_HEADERS = {
  authorization: `AWS4-HMAC-SHA256 Credential=OPERATOR/20260101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
}

/** The engine refused a request of the runner. */
export class EngineRefused extends Error {
  readonly type: string
  constructor(operation: string, type: string, message: string) {
    super(`${operation}: ${type}: ${message}`)
    this.type = type
  }
}

/**
 * A request of the runner itself, in the wire's own JSON.
 *
 * @throws EngineRefused
 */
export async function ask<T>(engine: Server, operation: string, input: unknown): Promise<T> {
  const headers = { ...OPERATOR_HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` }
  const { status, body } = await callEngine(engine, headers, Buffer.from(JSON.stringify(input)))
  if (status === 200) return JSON.parse(body) as T
  const { __type = '', message = body } = JSON.parse(body || '{}') as { readonly __type?: string; message?: string }
  throw new EngineRefused(operation, __type.split('#').at(-1) ?? '', message)
}
