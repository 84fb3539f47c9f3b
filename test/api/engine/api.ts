import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { expect, vi } from 'vitest'
import * as z from 'zod/mini'
import { functionOf, operations } from '../../../shared/api/operations.ts'
import { problemKinds } from '../../../shared/errors/problems.ts'
import { problemSchema } from '../../../shared/http/problem-answer.ts'
import type { GatewayEvent } from '../../../shared/http/router.ts'
import { DEFAULT_PURCHASES } from '../../../shared/top-ups/purchase-settings.ts'
import { startTables, type Tables } from '../../world/tables.ts'

interface Call {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: string
  /** An object is sent as JSON, a text and bytes as they are. */
  readonly body?: unknown
  /** `undefined` sends none. */
  readonly key?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** `undefined`: no authorizer. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Until the function is stopped; 20,000 unless told. */
  readonly remainingMs?: number
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads it also disputes
  readonly body: any
}

export interface Api {
  readonly tables: Tables
  /** Calls a route as API Gateway would; every reply is held against what the documentation says of it. */
  readonly call: (operationId: string, call?: Call) => Promise<Reply>
  readonly stop: () => Promise<void>
}

export const operator = { sub: 'olga', scope: 'account:read account:admin usage:check operate' }

type Handler = (event: GatewayEvent, context: Context) => Promise<APIGatewayProxyStructuredResultV2>

/** The real handlers on the embedded engine. */
export async function startApi({ approvals = 'none' }: { readonly approvals?: string } = {}): Promise<Api> {
  const tables = await startTables()
  for (const [table, name] of Object.entries(tables.names)) process.env[`${table.toUpperCase()}_TABLE`] = name
  // No archive here: late events are looked for in the log.
  Object.assign(process.env, { ARCHIVE_BUCKET: 'archive', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' })
  // Nobody pays here, so nothing listens there.
  Object.assign(process.env, {
    TOP_UP_QUEUE_URL: 'http://127.0.0.1:9/top-ups',
    PAYMENT_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:none',
    PURCHASES: JSON.stringify(DEFAULT_PURCHASES),
    RETURN_URL: 'https://example.com/',
    APPROVALS: approvals,
    SELLER: JSON.stringify({ name: 'Groschen GmbH', lines: ['Hauptstraße 1', '10827 Berlin'], vatId: 'DE136695976' }),
  })
  Object.assign(process.env, {
    STAGE: 'test',
    POWERTOOLS_SERVICE_NAME: 'api',
    POWERTOOLS_METRICS_NAMESPACE: 'Groschen',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })
  // Made anew from this file's environment: test files share a process.
  vi.resetModules()
  const handlers = {
    'access-api': (await import('../../../functions/access-api/handler.ts')).handler,
    'account-api': (await import('../../../functions/account-api/handler.ts')).handler,
    'operator-api': (await import('../../../functions/operator-api/handler.ts')).handler,
  } as unknown as Readonly<Record<ReturnType<typeof functionOf>, Handler>>
  return {
    tables,
    call: async (operationId, call = {}) => {
      const {
        statusCode = 0,
        headers = {},
        body = '',
      } = await handlers[functionOf(operationNamed(operationId))](eventOf(operationId, call), contextOf(call))
      const isJson = /json/.test(String(headers['content-type']))
      const reply = { status: statusCode, headers, body: isJson ? JSON.parse(body) : body === '' ? null : body }
      checkDocumented(operationId, reply)
      return reply
    },
    stop: tables.stop,
  }
}

const operationNamed = (operationId: string) => operations.find((one) => one.operationId === operationId)!

function checkDocumented(operationId: string, { status, headers, body }: Reply): void {
  const operation = operationNamed(operationId)
  if (headers['content-type'] === 'application/problem+json') {
    expect(operation.problems).toContain(body.code)
    expect(status).toBe(problemKinds[body.code as keyof typeof problemKinds].status)
    z.parse(problemSchema, body)
  } else {
    const answer = operation.answers.find((one) => one.status === status)!
    expect(z.parse(answer.schema, body)).toEqual(body)
  }
}

function eventOf(operationId: string, call: Call): GatewayEvent {
  const { method, path } = operationNamed(operationId)
  const { params, query = '', body, headers = {} } = call
  const claims = 'claims' in call ? call.claims : operator
  const key = 'key' in call ? call.key : randomUUID()
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    // As AWS does: decoded.
    rawPath: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? ''),
    rawQueryString: query,
    headers: {
      host: 'api.test',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && key !== undefined && { 'idempotency-key': key }),
      ...headers,
    },
    ...(params && { pathParameters: params }),
    ...(body !== undefined && { body: textOf(body) }),
    isBase64Encoded: body instanceof Uint8Array,
    requestContext: {
      requestId: randomUUID(),
      domainName: 'api.test',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
    },
  } as unknown as GatewayEvent
}

function textOf(body: unknown): string {
  if (body instanceof Uint8Array) return Buffer.from(body).toString('base64')
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** middy asks once, before the handler does, and stops it by the real clock then: it gets plenty of time on any machine. */
const MIDDY_MS = 20_000

function contextOf({ remainingMs = MIDDY_MS }: Call) {
  let isAsked = false
  const getRemainingTimeInMillis = (): number => {
    const remaining = isAsked ? remainingMs : MIDDY_MS
    isAsked = true
    return remaining
  }
  return {
    functionName: 'api',
    functionVersion: '1',
    memoryLimitInMB: '512',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:api',
    awsRequestId: 'request',
    getRemainingTimeInMillis,
  } as Context
}

let accounts = 0
/** An id that no other test of this file uses. */
export const freshAccount = (): string => `account-${++accounts}`

export async function opened(api: Api): Promise<string> {
  const account = freshAccount()
  const reply = await api.call('openAccount', { body: { account, name: 'Acme GmbH' } })
  expect(reply.status).toBe(201)
  return account
}
