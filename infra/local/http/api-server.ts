import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { JWK } from 'jose'
import { listen } from '../engines/listen.ts'
import { gatewayEvent, send, sendResult } from './gateway-event.ts'
import { decodedPath, type RoutePlan, routing } from './routes.ts'

export interface ApiServer {
  readonly url: string
  /** Answers 503 until this was called: the routes need engines that need the API's address. */
  readonly serve: (routes: readonly RoutePlan[]) => void
  /** Takes no new connection; resolves when what runs is answered. */
  readonly stop: () => Promise<void>
  readonly close: () => void
}

/** AWS: the largest payload of an HTTP API. */
const BODY_BYTES = 10 * 1024 * 1024

/** AWS: request line and values of the headers together. */
const HEAD_BYTES = 10_240

/** AWS: an event of Lambda, and an answer, as JSON. A body is a text in it, so each of its quotation marks takes two bytes. */
const LAMBDA_BYTES = 6_291_556

/** The HTTP API on this machine, and beside it, as a path of its own, the issuer's public keys. */
export async function startApiServer(
  keySet: { readonly keys: readonly JWK[] },
  port: number,
  onError: (message: string) => void,
): Promise<ApiServer> {
  let find: ReturnType<typeof routing> | undefined
  const running = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const answered = answerRequest(request, response).catch((error: unknown) => {
      onError(`${request.method} ${request.url}: ${error instanceof Error ? error.message : String(error)}`)
      send(response, 500, { message: 'Internal Server Error' })
    })
    running.add(answered)
    void answered.finally(() => running.delete(answered))
  })
  const { address: url, stop: close } = await listen(server, port)

  const answerRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (headBytes(request) > HEAD_BYTES) return send(response, 431, { message: 'Request Header Fields Too Large' })
    const [encodedPath = '/', ...query] = (request.url ?? '/').split('?')
    if (encodedPath === '/.well-known/jwks.json') return send(response, 200, keySet)
    if (encodedPath === '/.well-known/openid-configuration')
      return send(response, 200, { issuer: url, jwks_uri: `${url}/.well-known/jwks.json` })
    if (find === undefined) return send(response, 503, { message: 'Service Unavailable' })

    const path = decodedPath(encodedPath)
    if (path === undefined) return send(response, 400, { message: 'Bad Request' })
    const found = find(request.method, path)
    if (found === undefined) return send(response, 404, { message: 'Not Found' })
    const authorization = await found.authorize?.(request.headers.authorization, found.route.scopes)
    if (authorization?.kind === 'unauthorized') return send(response, 401, { message: 'Unauthorized' })
    if (authorization?.kind === 'forbidden') return send(response, 403, { message: 'Forbidden' })

    const body = await bodyOf(request)
    if (body === undefined) return send(response, 413, { message: 'Request Entity Too Large' })
    const jwt = authorization && { claims: authorization.claims, scopes: authorization.scopes }
    const event = gatewayEvent(request, found, path, query.join('?'), body, jwt)
    if (jsonBytes(event) > LAMBDA_BYTES) return send(response, 413, { message: 'Request Entity Too Large' })
    const result = await found.route.invoke(event)
    const bytes = jsonBytes(result)
    if (bytes > LAMBDA_BYTES) throw new Error(`the answer has ${bytes} bytes; Lambda hands on ${LAMBDA_BYTES} at most`)
    sendResult(response, result)
  }

  return {
    url,
    serve: (plans) => {
      find = routing(plans, keySet)
    },
    stop: async () => {
      server.close()
      await Promise.all(running)
    },
    close,
  }
}

const headBytes = ({ method, url, headers }: IncomingMessage): number =>
  Buffer.byteLength(`${method} ${url} HTTP/1.1`) +
  Object.values(headers).reduce((sum, value) => sum + Buffer.byteLength([value].flat().join(',')), 0)

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value ?? null))

/** `undefined` for a body that is too large; the rest of it is read and thrown away, so that the answer is heard. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes <= BODY_BYTES) chunks.push(chunk as Buffer)
  }
  return bytes <= BODY_BYTES ? Buffer.concat(chunks) : undefined
}
