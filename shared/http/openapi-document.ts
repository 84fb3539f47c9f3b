import * as z from 'zod/mini'
import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import { Problem, type ProblemCode, problemKinds } from '../errors/problems.ts'
import { JSON_TYPE, PROBLEM_TYPE } from './answer.ts'
import { type Operation, type Route, scopesOf, tags } from './operation.ts'
import { problemDocument, problemSchema } from './problem-answer.ts'

const TOKEN = 'token'

const idempotencyKeySchema = z.string().check(
  z.regex(/^[\x21-\x7e]{1,128}$/),
  z.meta({
    description: 'Fresh for every new request, the same when it is sent again: it is then done once and answered alike',
    examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
  }),
)

const ifNoneMatchSchema = z
  .string()
  .check(
    z.meta({ description: 'ETags of what one has; of these nothing is sent again', examples: ['"480f38221f9f35df"'] }),
  )

/**
 * The OpenAPI 3.1 document, written from the schemas that validate.
 *
 * The writer is loaded when it is asked for: it brings all of zod along, which no other request needs.
 */
export async function openApiDocument(operations: readonly Operation[]): Promise<object> {
  const { createDocument } = await import('zod-openapi')
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const operation of operations) {
    const { method, path } = operation
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(operation) }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Groschen',
      version: '1.0.0',
      description:
        'Exact prepaid credits for AI platforms. Amounts are decimal strings in euros and in credits (1 credit is 0.01 €). Errors of a route are problem details (RFC 9457, `application/problem+json`) with a stable `code`. What API Gateway refuses before it asks a route is `application/json` with a `message`, and nothing else: 401 without a valid token, 403 without the scope, 404 for a path or method that is no route, 413, 429, 500 and 503.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Where this document came from' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        [TOKEN]: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'Claims: `sub`, `scope` or `scp` (a list, or separated by spaces), `account` (the one account it may see), `user` (with `own:read`: the one user). A token without `account` opens an account’s routes only with `operate` beside the route’s scope, or, on the platform’s own routes, with `usage:check`.',
        },
      },
    },
  })
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const { kind, params, query, body, summary, description, tag, operationId } = operation
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    security: scopesOf(operation).map((scope) => ({ [TOKEN]: [scope] })),
    requestParams: {
      ...(hasFields(params) && { path: params }),
      ...(hasFields(query) && { query }),
      ...(kind === 'writing' && { header: z.object({ 'Idempotency-Key': idempotencyKeySchema }) }),
      ...(hasEtag(operation) && { header: z.object({ 'If-None-Match': z.optional(ifNoneMatchSchema) }) }),
    },
    ...(body !== undefined && {
      requestBody: { required: true, content: { [JSON_TYPE]: { schema: body.schema, example: body.example } } },
    }),
    responses: responsesOf(operation),
  }
}

/** An operation that may answer 304 has an ETag. */
const hasEtag = ({ answers }: Operation): boolean => answers.some(({ status }) => status === 304)

const hasFields = (schema: Operation['params']): boolean => Object.keys(schema.shape).length > 0

interface Response {
  readonly descriptions: string[]
  readonly content: Record<string, object>
  headers?: z.ZodMiniObject
}

/** By status: the operation's own answer, or a problem document with an example for each code. */
function responsesOf(operation: Operation): ZodOpenApiResponsesObject {
  const { answers, problems } = operation
  const responses = new Map<number, Response>()
  for (const { status, description, schema, example, mediaType = JSON_TYPE } of answers) {
    const content = status === 304 ? {} : { [mediaType]: { schema, example } }
    responses.set(status, { descriptions: [description], content, ...(hasEtag(operation) && { headers: etag }) })
  }
  for (const [status, codes] of byStatus(problems)) {
    const response = responses.get(status) ?? { descriptions: [], content: {} }
    responses.set(status, response)
    response.descriptions.push(...codes.map((code) => `${code}: ${problemKinds[code].title}`))
    response.content[PROBLEM_TYPE] = {
      schema: problemSchema,
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
    }
    if (codes.some((code) => RETRIED.has(code))) response.headers = retryAfter
  }
  for (const { status, message, when } of gatewayAnswers(operation)) {
    const response = responses.get(status) ?? { descriptions: [], content: {} }
    responses.set(status, response)
    response.descriptions.push(`API Gateway: ${when}`)
    // Health answers 503 as JSON too: then there are two shapes of one type.
    const own = answers.find((answer) => answer.status === status)
    response.content[JSON_TYPE] =
      own === undefined
        ? { schema: gatewayMessageSchema, example: { message } }
        : {
            schema: z.union([own.schema, gatewayMessageSchema]),
            examples: { route: { value: own.example }, gateway: { value: { message } } },
          }
  }
  const sorted = [...responses].sort(([a], [b]) => a - b)
  return Object.fromEntries(
    sorted.map(([status, { descriptions, content, headers }]) => [
      String(status),
      { description: descriptions.join('; '), content, ...(headers && { headers }) },
    ]),
  ) as ZodOpenApiResponsesObject
}

const RETRIED: ReadonlySet<ProblemCode> = new Set(['idempotency.in-progress', 'service.busy'])

const etag = z.object({
  ETag: z.string().check(z.meta({ description: 'Names the state that is shown, for If-None-Match' })),
})

const retryAfter = z.object({
  'Retry-After': z
    .optional(z.string().check(z.regex(/^[0-9]+$/)))
    .check(z.meta({ description: 'Seconds; where sending the same request again helps' })),
})

function byStatus(problems: readonly ProblemCode[]): ReadonlyMap<number, readonly ProblemCode[]> {
  const found = new Map<number, ProblemCode[]>()
  for (const code of problems) {
    const { status } = problemKinds[code]
    found.set(status, [...(found.get(status) ?? []), code])
  }
  return found
}

const exampleOf = (code: ProblemCode) =>
  problemDocument(new Problem(code, problemKinds[code].example), 'JKJaXmPLvHcESHA=')

/** API Gateway's own answers, where it calls no function or gets no answer: no problem documents. */
const gatewayMessageSchema = z
  .object({ message: z.string() })
  .check(z.meta({ id: 'GatewayMessage', description: "API Gateway's own answer: no code, no request id" }))

interface GatewayAnswer {
  readonly status: number
  readonly message: string
  readonly when: string
}

/** AWS: "Control access to HTTP APIs with JWT authorizers", "Quotas for HTTP APIs"; the scope is judged before the route is asked. */
const gatewayAnswers = ({ method, scope }: Route): readonly GatewayAnswer[] => [
  ...(scope === undefined
    ? []
    : [
        { status: 401, message: 'Unauthorized', when: 'no token, or one that is not valid' },
        { status: 403, message: 'Forbidden', when: `a token without the scope ${scope}` },
      ]),
  ...(method !== 'GET'
    ? [{ status: 413, message: 'Request Entity Too Large', when: 'a body of more than 10 MB' }]
    : []),
  { status: 429, message: 'Too Many Requests', when: 'more requests than the stage lets through' },
  { status: 500, message: 'Internal Server Error', when: 'the function failed without an answer' },
  { status: 503, message: 'Service Unavailable', when: 'the function did not answer in time' },
]
