import { type Context, Hono } from 'hono'
import { callerOf } from './access.ts'
import { type Answer, FileBody, JSON_TYPE, PROBLEM_TYPE } from './answer.ts'
import type { RoutedEvent } from './gateway-event.ts'
import type { Operation } from './operation.ts'
import { asProblem, problemAnswer } from './problem-answer.ts'
import { Problem, problemKinds } from './problems.ts'
import type { Services } from './services.ts'

interface Routed {
  readonly Bindings: { readonly event: RoutedEvent }
}

/** Hono's router over all operations. Whatever happens below, the answer is JSON: what was asked for, or a problem document. */
export function router(operations: readonly Operation[], services: Services): Hono<Routed> {
  const app = new Hono<Routed>()
  for (const operation of operations) {
    const path = operation.route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    app.on(operation.route.method, path, async (context) => respond(await run(operation, context, services)))
  }
  app.notFound((context) => {
    const problem = new Problem('route.not-found', problemKinds['route.not-found'].example)
    return respond(problemAnswer(problem, context.env.event.requestContext.requestId))
  })
  app.onError((error, context) => {
    const { tools, requestContext, routeKey } = context.env.event
    const { requestId } = requestContext
    return respond(problemAnswer(asProblem(error, { logger: tools.logger, requestId, route: routeKey }), requestId))
  })
  return app
}

async function run(operation: Operation, { req, env }: Context<Routed>, services: Services): Promise<Answer> {
  const { tools, requestContext } = env.event
  const params = req.param() as Readonly<Record<string, string>>
  const caller = callerOf(operation.route, requestContext.authorizer?.jwt?.claims, params)
  const raw = {
    params,
    query: new URL(req.url).searchParams,
    // Of the event, as it was sent: Hono's are percent-encoded where they are not ASCII.
    header: (name: string) => env.event.headers[name],
    bytes: () => req.arrayBuffer(),
  }
  return await operation.run(raw, { caller, requestId: requestContext.requestId, tools, services })
}

/** A page with names of customers in it runs nothing and loads nothing, whatever they are called. */
const FILE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}

function respond({ status, body, retryAfterSeconds, etag }: Answer): Response {
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'type' in body
  const isFile = body instanceof FileBody
  return new Response(status === 304 ? null : isFile ? body.content : JSON.stringify(body), {
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
