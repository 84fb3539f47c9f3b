import type * as z from 'zod/mini'
import type { Tools } from '../aws/lambda.ts'
import { problemKinds } from '../errors/problems.ts'
import { type Caller, checkNamed, type Named } from './access.ts'
import type { Answer } from './answer.ts'
import { answerOnce } from './idempotency.ts'
import type { RequestsTable } from './io/requests-table.ts'
import type { BodySchema, Kind, ObjectSchema, Operation } from './operation.ts'
import { asProblem, problemAnswer } from './problem-answer.ts'
import { type RawRequest, readBody, readIdempotencyKey, readParams, readQuery } from './read-request.ts'

/** The services that every function needs to answer writing requests once. */
export interface Answering {
  readonly requests: RequestsTable
  /** Eight random bytes, hex. */
  readonly nonce: () => string
}

/** What an operation gets beside its request. */
export interface Setting<S> {
  readonly caller: Caller
  readonly requestId: string
  readonly tools: Tools
  /** The services of the function: its tables, clients and clock. */
  readonly services: S
}

/** A request as its operation's schemas have read it. */
type RequestOf<K extends Kind, P extends ObjectSchema, Q extends ObjectSchema, B extends BodySchema> = {
  readonly params: z.infer<P>
  readonly query: z.infer<Q>
  readonly body: B extends z.ZodMiniType ? z.infer<B> : undefined
  /** The Idempotency-Key. */
  readonly key: K extends 'writing' ? string : undefined
  readonly ifNoneMatch: string | undefined
}

/** An operation with its implementation. */
export interface Served<S> extends Operation {
  readonly run: (raw: RawRequest, setting: Setting<S & Answering>) => Promise<Answer>
}

/** Joins an operation and its implementation: reads and checks the request first, and does a writing one once for its key. */
export type Serve<S> = <K extends Kind, P extends ObjectSchema, Q extends ObjectSchema, B extends BodySchema>(
  operation: Operation<K, P, Q, B>,
  handle: (request: RequestOf<K, P, Q, B>, setting: Setting<S>) => Promise<Answer>,
) => Served<S>

/** `Serve` for every kind of services; a function's room names its own once: `export const serve: Serve<Services> = serveOperation`. */
export function serveOperation<S, K extends Kind, P extends ObjectSchema, Q extends ObjectSchema, B extends BodySchema>(
  operation: Operation<K, P, Q, B>,
  handle: (request: RequestOf<K, P, Q, B>, setting: Setting<S>) => Promise<Answer>,
): Served<S> {
  const served = operation as unknown as Operation
  return {
    ...served,
    run: async (raw, setting) => {
      const params = readParams(served.params, raw)
      const query = readQuery(served.query, ofMember(raw, served.query, setting.caller))
      const key = served.kind === 'writing' ? readIdempotencyKey(raw) : undefined
      const body = served.body && (await readBody(served.body.schema, raw))
      // Before any lookup: a repeat by another caller must not get this caller's stored answer.
      checkParts(served, setting.caller, [params, query, body])
      const request = { params, query, body, key, ifNoneMatch: raw.header('if-none-match') }
      const work = () => handle(request as RequestOf<K, P, Q, B>, setting)
      if (key === undefined) return await work()
      const { services, tools, caller } = setting
      const scope = raw.params['account'] ?? caller.subject
      return await answerOnce(
        services.requests,
        { operationId: served.operationId, scope, idempotencyKey: key, params, body },
        { id: services.nonce(), now: tools.now },
        () => attempt(served, work, setting),
      )
    },
  }
}

/** Does a writing request. Of the refusals, 409 and 422 are kept as the answer to every repeat. */
async function attempt(
  { method, path, isFinal = () => true }: Operation,
  work: () => Promise<Answer>,
  { tools, requestId }: Setting<unknown>,
) {
  try {
    const answer = await work()
    return { answer, isFinal: isFinal(answer) }
  } catch (error) {
    const problem = asProblem(error, { logger: tools.logger, requestId, route: `${method} ${path}` })
    const { status } = problemKinds[problem.code]
    return { answer: problemAnswer(problem, requestId), isFinal: status === 409 || status === 422 }
  }
}

/** A member sees only their own use: a query that names no user gets the member's. */
function ofMember(raw: RawRequest, { shape }: ObjectSchema, { user }: Caller): RawRequest {
  if (user === undefined || !('user' in shape) || raw.query.has('user')) return raw
  const query = new URLSearchParams(raw.query)
  query.set('user', user)
  return { ...raw, query }
}

/** @throws Problem for another account or user than the token's, and Error where a member's request names no user at all (a bug) */
function checkParts({ operationId }: Operation, caller: Caller, parts: readonly unknown[]): void {
  const named = parts.filter((part): part is Named => typeof part === 'object' && part !== null)
  for (const part of named) checkNamed(caller, part)
  if (caller.user !== undefined && !named.some(({ user }) => user === caller.user))
    throw new Error(`${operationId} is open to members and names no user`)
}
