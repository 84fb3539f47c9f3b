import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { type Context, Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { lambda, type Tools } from '../aws/lambda.ts'
import { Problem, problemKinds } from '../errors/problems.ts'
import { type Claims, callerOf } from './access.ts'
import { type Answer, FileBody, JSON_TYPE, PROBLEM_TYPE } from './answer.ts'
import { ANSWER_BYTES, answerBytes } from './fitting.ts'
import { asProblem, problemAnswer } from './problem-answer.ts'
import type { Answering, Served } from './serve.ts'

/** A function of the HTTP API: API Gateway has checked the token, the router finds the operation, the operation answers. */
export function httpFunction<S extends Answering>(operations: readonly Served<S>[], services: S) {
  const answer = handle(router(operations, services))
  return lambda<GatewayEvent, APIGatewayProxyStructuredResultV2>(
    async (event, tools) => (await answer(routed(event, tools) as never)) as APIGatewayProxyStructuredResultV2,
  )
}

interface Routed {
  readonly Bindings: { readonly event: RoutedEvent }
}

/** Hono's router over all operations. Whatever happens below, the answer is JSON: what was asked for, or a problem document. */
export function router<S extends Answering>(operations: readonly Served<S>[], services: S): Hono<Routed> {
  const app = new Hono<Routed>()
  for (const operation of operations) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
    app.on(operation.method, path, async (context) => {
      const { requestContext } = context.env.event
      return respond(await run(operation, context, services), requestContext.requestId, operation.kind === 'writing')
    })
  }
  app.notFound((context) => {
    const problem = new Problem('route.not-found', problemKinds['route.not-found'].example)
    const { requestId } = context.env.event.requestContext
    return respond(problemAnswer(problem, requestId), requestId)
  })
  app.onError((error, context) => {
    const { tools, requestContext, routeKey } = context.env.event
    const { requestId } = requestContext
    const problem = asProblem(error, { logger: tools.logger, requestId, route: routeKey })
    return respond(problemAnswer(problem, requestId), requestId)
  })
  return app
}

async function run<S extends Answering>(
  operation: Served<S>,
  { req, env }: Context<Routed>,
  services: S,
): Promise<Answer> {
  const { tools, requestContext } = env.event
  const params = req.param() as Readonly<Record<string, string>>
  const caller = callerOf(operation, requestContext.authorizer?.jwt?.claims, params)
  const raw = {
    params,
    query: new URL(req.url).searchParams,
    // Of the event, as it was sent: Hono's are percent-encoded where they are not ASCII.
    header: (name: string) => env.event.headers[name],
    bytes: () => req.arrayBuffer(),
  }
  return await operation.run(raw, { caller, requestId: requestContext.requestId, tools, services })
}

/** A page with customers' names in it runs and loads nothing, also where a name is a script. */
const FILE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}

/** @param isDone the request changed something: the answer must say so, also where it is too large */
function respond(
  { status, body, retryAfterSeconds, etag }: Answer,
  requestId: string,
  isDone: boolean = false,
): Response {
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'type' in body
  const isFile = body instanceof FileBody
  const content = status === 304 ? null : isFile ? body.content : JSON.stringify(body)
  const bytes = content === null ? 0 : bytesOf(content)
  if (bytes > ANSWER_BYTES) return respond(problemAnswer(tooLarge(bytes, isDone), requestId), requestId)
  return new Response(content, {
    status,
    headers: {
      ...(status !== 304 && { 'content-type': isFile ? body.type : isProblem ? PROBLEM_TYPE : JSON_TYPE }),
      ...(isFile && FILE_HEADERS),
      'cache-control': etag === undefined ? 'no-store' : 'private, no-cache',
      ...(etag !== undefined && { etag }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
  })
}

/** Shorter answers are not measured: few have a MB. */
const MEASURED_CHARACTERS = 1_000_000
const BASE64 = 4 / 3

function bytesOf(content: string | Uint8Array): number {
  if (typeof content !== 'string') return Math.ceil(content.length * BASE64)
  return content.length < MEASURED_CHARACTERS ? content.length : answerBytes(content)
}

function tooLarge(bytes: number, isDone: boolean): Problem {
  const found = `the answer has ${bytes} bytes, and at most ${ANSWER_BYTES} can be answered`
  const detail = isDone ? `what was asked for is done; ${found}` : `${found}; ask for a part of it`
  return new Problem('answer.too-large', detail)
}

/** A request as API Gateway's HTTP API hands it on (payload format 2.0); without an authorizer on open routes. */
export type GatewayEvent = APIGatewayProxyEventV2 & {
  readonly requestContext: { readonly authorizer?: { readonly jwt?: { readonly claims?: Claims } } }
}

/** A request on its way through the router, with the tools of its invocation. */
type RoutedEvent = GatewayEvent & { readonly tools: Tools }

/**
 * The event with the path that API Gateway matched, encoded again.
 *
 * AWS decodes `rawPath`: an encoded `/` would begin a new segment there, `?` a query. The route key and the path
 * parameters have what matched.
 */
export function routed(event: GatewayEvent, tools: Tools): RoutedEvent {
  const template = event.routeKey.split(' ')[1]
  const params = event.pathParameters
  if (template === undefined || params === undefined || params === null) return { ...event, tools }
  const rawPath = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  return { ...event, rawPath, tools }
}
