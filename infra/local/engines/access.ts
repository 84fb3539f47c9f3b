import { createServer, type IncomingMessage, type Server, type ServerResponse, request as sendRequest } from 'node:http'
import { allows, type Permissions } from '../permissions.ts'
import { ACCOUNT_ID, REGION } from '../template/local-stack.ts'

/** Who the runner is to the engines: a key that is no function's may do everything. Real credentials never get here. */
export const OPERATOR = { region: REGION, credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'local' } } as const

/** A request to an AWS service in its JSON protocol. */
export interface ServiceRequest {
  readonly accessKeyId: string
  /** Without the service: `PutItem`. */
  readonly operation: string
  readonly body: Buffer
  readonly input: Readonly<Record<string, unknown>>
}

/** A server that survives any error of a request: a killed caller must not end the engines. */
export function boundary(
  handle: (asked: ServiceRequest, request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
): Server {
  return createServer((request, response) => {
    readRequest(request)
      .then((asked) => handle(asked, request, response))
      .catch((error: unknown) => {
        if (!response.headersSent) answer(response, 500, { __type: 'InternalServerError', message: String(error) })
      })
  })
}

async function readRequest(request: IncomingMessage): Promise<ServiceRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return {
    accessKeyId: /Credential=([^/,]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '',
    operation:
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '',
    body,
    input: inputOf(body),
  }
}

function inputOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(body.toString()) ?? {}) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

/** Asks the callers' roles. Keys that are no function's are the operator's and may do everything. */
export type Access = (accessKeyId: string, action: string, resource: string) => boolean

export function accessBy(permissions: ReadonlyMap<string, Permissions>): Access {
  const known = new Map<string, boolean>()
  return (accessKeyId, action, resource) => {
    const own = permissions.get(accessKeyId)
    if (own === undefined) return true
    const question = `${accessKeyId} ${action} ${resource}`
    const allowed = known.get(question) ?? allows(own, action, resource)
    known.set(question, allowed)
    return allowed
  }
}

export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
  response.end(JSON.stringify(body))
}

export function deny(response: ServerResponse, accessKeyId: string, action: string, resource: string): void {
  const message = `${accessKeyId} is not authorized to perform ${action} on ${resource}: no policy of the template allows it`
  answer(response, 400, { __type: 'com.amazon.coral.service#AccessDeniedException', message, Message: message })
}

/** Hands a request on to an engine, with the body it is to have there, and the engine's answer back. */
export function pass(engineAddress: string, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const { method, url } = request
  const headers = { ...request.headers, 'content-length': body.length }
  const onward = sendRequest(`${engineAddress}${url}`, { method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers)
    answered.pipe(response)
  })
  onward.on('error', (error) => {
    if (!response.headersSent) answer(response, 502, { __type: 'ServiceUnavailable', message: error.message })
  })
  onward.end(body)
}
