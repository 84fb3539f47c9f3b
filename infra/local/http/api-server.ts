import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { JWK } from 'jose'
import { listen } from '../engines/listen.ts'
import { type AuthorizerPlan, authorizer } from './authorizer.ts'

/** A route of an HTTP API, as the template says it. */
export interface RoutePlan {
  readonly method: string
  /** With `{name}` for one segment. */
  readonly path: string
  readonly scopes: readonly string[]
  /** `undefined`: open to everyone. */
  readonly authorizer: AuthorizerPlan | undefined
  readonly invoke: (event: unknown) => Promise<unknown>
}

export interface ApiServer {
  readonly url: string
  /** Answers 503 until this was called: the routes need engines that need the API's address. */
  readonly serve: (routes: readonly RoutePlan[]) => void
  readonly stop: () => void
}

/** AWS: the largest payload of an HTTP API. */
const BODY_BYTES = 10 * 1024 * 1024

/** The HTTP API on this machine, and beside it, as a path of its own, the issuer's public keys. */
export async function startApiServer(keySet: { readonly keys: readonly JWK[] }, port = 0): Promise<ApiServer> {
  let routes: readonly Matching[] | undefined
  const server = createServer((request, response) => {
    void answerRequest(request, response).catch(() => send(response, 500, { message: 'Internal Server Error' }))
  })
  const url = await listen(server, port)

  const answerRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: encodedPath, search } = new URL(request.url ?? '/', url)
    if (encodedPath === '/.well-known/jwks.json') return send(response, 200, keySet)
    if (encodedPath === '/.well-known/openid-configuration')
      return send(response, 200, { issuer: url, jwks_uri: `${url}/.well-known/jwks.json` })
    if (routes === undefined) return send(response, 503, { message: 'Service Unavailable' })

    const path = decoded(encodedPath)
    const found = routes.find(({ route, pattern }) => route.method === request.method && pattern.test(path))
    if (found === undefined) return send(response, 404, { message: 'Not Found' })
    const authorization = found.authorize && (await found.authorize(request.headers.authorization, found.route.scopes))
    if (authorization?.kind === 'unauthorized') return send(response, 401, { message: 'Unauthorized' })
    if (authorization?.kind === 'forbidden') return send(response, 403, { message: 'Forbidden' })

    const body = await bodyOf(request)
    if (body === undefined) return send(response, 413, { message: 'Request Too Long' })
    const jwt =
      authorization?.kind === 'authorized' ? { claims: authorization.claims, scopes: authorization.scopes } : undefined
    const event = eventOf(request, path, search.slice(1), found, body, jwt)
    const result = (await found.route.invoke(event)) as APIGatewayProxyStructuredResultV2
    response.writeHead(result.statusCode ?? 200, (result.headers ?? {}) as Record<string, string>)
    response.end(result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64') : (result.body ?? ''))
  }

  return {
    url,
    serve: (plans) => {
      routes = plans.map((route) => matchingOf(route, keySet))
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

interface Matching {
  readonly route: RoutePlan
  readonly pattern: RegExp
  readonly authorize: ReturnType<typeof authorizer> | undefined
}

function matchingOf(route: RoutePlan, keySet: { readonly keys: readonly JWK[] }): Matching {
  const pattern = route.path
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith('{') ? `(?<${part.slice(1, -1)}>[^/]+)` : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('')
  return {
    route,
    pattern: new RegExp(`^${pattern}$`),
    authorize: route.authorizer && authorizer(route.authorizer, keySet),
  }
}

/** AWS: an HTTP API decodes the path before it looks for a route, so an encoded slash counts as a slash. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > BODY_BYTES) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

/** Payload format 2.0 (AWS: "Create AWS Lambda proxy integrations for HTTP APIs"). */
function eventOf(
  request: IncomingMessage,
  rawPath: string,
  rawQueryString: string,
  { route, pattern }: Matching,
  body: Buffer,
  jwt: unknown,
): APIGatewayProxyEventV2 {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(',')]),
  )
  const parameters = pattern.exec(rawPath)?.groups
  const query = new URLSearchParams(rawQueryString)
  const now = new Date()
  const isText = /^(application\/(.+\+)?json|text\/)/.test(headers['content-type'] ?? '')
  return {
    version: '2.0',
    routeKey: `${route.method} ${route.path}`,
    rawPath,
    rawQueryString,
    headers,
    ...(parameters && { pathParameters: { ...parameters } }),
    ...(rawQueryString && {
      queryStringParameters: Object.fromEntries(
        [...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]),
      ),
    }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? '',
      domainPrefix: 'local',
      http: {
        method: route.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: `${route.method} ${route.path}`,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
      ...(jwt !== undefined && { authorizer: { jwt } }),
    },
    ...(body.length > 0 && { body: isText ? body.toString() : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  } as APIGatewayProxyEventV2
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return void response.end()
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
