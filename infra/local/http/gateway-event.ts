import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
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
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(pathParameters && { pathParameters }),
    ...(rawQueryString && {
      queryStringParameters: Object.fromEntries(
        [...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]),
      ),
    }),
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
      ...(jwt !== undefined && { authorizer: { jwt } }),
    },
    ...(body.length > 0 && { body: isText ? body.toString() : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  } as APIGatewayProxyEventV2
}
