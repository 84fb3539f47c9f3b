import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { ACCOUNT_ID } from '../template/local-stack.ts'
import type { Found } from './routes.ts'

/** What an authorizer found out. */
export interface Jwt {
  readonly claims: Readonly<Record<string, string>>
  readonly scopes: readonly string[] | null
}

/** Payload format 2.0 (AWS: "Create AWS Lambda proxy integrations for HTTP APIs"). */
export function gatewayEvent(
  request: IncomingMessage,
  { route, pathParameters }: Found,
  rawPath: string,
  rawQueryString: string,
  body: Buffer,
  jwt: Jwt | undefined,
): APIGatewayProxyEventV2 {
  const { cookie, ...given } = request.headers
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat().join(',')]))
  const query = new URLSearchParams(rawQueryString)
  const now = new Date()
  const routeKey = `${route.method} ${route.path}`
  const isText = /^(text\/|application\/(.+\+)?(json|xml|javascript)\b)/.test(headers['content-type'] ?? '')
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    cookies: cookie?.split(/;\s*/),
    headers,
    pathParameters,
    queryStringParameters: rawQueryString
      ? Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]))
      : undefined,
    requestContext: {
      accountId: ACCOUNT_ID,
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
      routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
      authorizer: jwt === undefined ? undefined : { jwt },
    },
    body: body.length > 0 ? (isText ? body.toString() : body.toString('base64')) : undefined,
    isBase64Encoded: body.length > 0 && !isText,
  } as APIGatewayProxyEventV2
}

/** Answers with what a function returned (payload format 2.0; AWS: "Lambda function response for format 2.0"). */
export function sendResult(response: ServerResponse, result: unknown): void {
  if (isStructured(result)) sendStructured(response, result)
  else send(response, 200, result)
}

function sendStructured(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = result
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value))
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.writeHead(Number(statusCode))
  response.end(isBase64Encoded ? Buffer.from(body, 'base64') : body)
}

/** API Gateway's own answers, and a function's that names no status: JSON. */
export function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.end()
    return
  }
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const isStructured = (result: unknown): result is APIGatewayProxyStructuredResultV2 =>
  typeof result === 'object' && result !== null && 'statusCode' in result
