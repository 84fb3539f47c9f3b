import * as z from 'zod/mini'
import { type OperationId, type RouteSpec, routeTable } from '../../functions/admin-api/route-table.ts'
import type { Services } from '../../functions/admin-api/services.ts'
import type { Tools } from '../aws/lambda.ts'
import { type ProblemCode, problemKinds } from '../errors/problems.ts'
import { type Caller, checkNamed, type Named } from './access.ts'
import type { Answer } from './answer.ts'
import { answerOnce } from './idempotency.ts'
import { asProblem, problemAnswer } from './problem-answer.ts'
import { type RawRequest, readBody, readIdempotencyKey, readParams, readQuery } from './read-request.ts'

/** What a request is handled with, beside what it holds. */
export interface Setting {
  readonly caller: Caller
  readonly requestId: string
  readonly tools: Tools
  readonly services: Services
}

/** An answer that a route may give, for the documentation. */
interface AnswerSpec {
  readonly status: number
  readonly description: string
  readonly schema: z.ZodMiniType
  readonly example: unknown
  /** `application/json` unless told; of 304 there is no body. */
  readonly mediaType?: string
}

type ObjectSchema = z.ZodMiniObject

/** The chapters of the documentation. */
export const tags = {
  Accounts: 'The paying organisations',
  Credits: 'What an account was given and what it was charged, and the balance of both',
  'Rate cards': 'The versioned prices, in force from a date on',
  Estimates: 'What usage will cost',
  'Top-ups': 'Buying credits, by hand and by itself',
  Limits: 'Who may spend how much, and what may be done at a limit',
  'Held events': 'Usage events that could not be charged, with the reason',
  Service: 'About the API itself',
} as const

interface Described {
  readonly operationId: OperationId
  readonly tag: keyof typeof tags
  readonly summary: string
  readonly description?: string
  readonly answers: readonly AnswerSpec[]
  /** Beside those that every route of its kind has. */
  readonly problems: readonly ProblemCode[]
}

/** One route: what it takes, what it answers, and how. */
export interface Operation extends Described {
  readonly route: RouteSpec
  readonly params: ObjectSchema
  readonly query: ObjectSchema
  readonly body: { readonly schema: z.ZodMiniType; readonly example: unknown } | undefined
  /** It changes something, and so takes an Idempotency-Key. */
  readonly isWriting: boolean
  readonly run: (raw: RawRequest, setting: Setting) => Promise<Answer>
}

interface Reading<P extends ObjectSchema, Q extends ObjectSchema> extends Described {
  readonly params: P
  readonly query: Q
  readonly handle: (
    request: { readonly params: z.infer<P>; readonly query: z.infer<Q>; readonly ifNoneMatch: string | undefined },
    setting: Setting,
  ) => Promise<Answer>
}

interface Writing<P extends ObjectSchema, B extends z.ZodMiniType> extends Described {
  readonly params: P
  readonly body: { readonly schema: B; readonly example: z.input<B> }
  /** Whether an answer is that to every repeat. Unless told, it is; of what was refused for now, the same key may ask again. */
  readonly isFinal?: (answer: Answer) => boolean
  readonly handle: (
    request: { readonly params: z.infer<P>; readonly body: z.infer<B>; readonly key: string },
    setting: Setting,
  ) => Promise<Answer>
}

export const nothing = z.strictObject({})

/** A route that reads. */
export function reading<P extends ObjectSchema, Q extends ObjectSchema>(spec: Reading<P, Q>): Operation {
  const { handle, ...described } = spec
  const route = routeOf(spec.operationId)
  return {
    ...described,
    route,
    body: undefined,
    isWriting: false,
    problems: [...readProblems(route), ...spec.problems],
    run: async (raw, setting) => {
      const params = readParams(spec.params, raw)
      const query = readQuery(spec.query, ofMember(raw, spec.query, setting.caller))
      checkParts(route, setting.caller, [params, query])
      return await handle({ params, query, ifNoneMatch: raw.header('if-none-match') }, setting)
    },
  }
}

/** A route that writes: once for an Idempotency-Key, however often it is sent. */
export function writing<P extends ObjectSchema, B extends z.ZodMiniType>(spec: Writing<P, B>): Operation {
  const { handle, isFinal = () => true, ...described } = spec
  const route = routeOf(spec.operationId)
  return {
    ...described,
    route,
    query: nothing,
    isWriting: true,
    problems: [...readProblems(route), ...WRITE_PROBLEMS, ...spec.problems],
    run: async (raw, setting) => {
      const params = readParams(spec.params, raw)
      readQuery(nothing, raw)
      const key = readIdempotencyKey(raw)
      const body = await readBody(spec.body.schema, raw)
      const { services, tools, caller } = setting
      // Before anything is looked up: a repeat must not answer with what another one was answered.
      checkParts(route, caller, [params, body])
      const scope = raw.params['account'] ?? caller.subject
      return await answerOnce(
        services.requests,
        { operationId: spec.operationId, scope, idempotencyKey: key, params, body },
        { id: services.nonce(), now: tools.now },
        async () => {
          try {
            const answer = await handle({ params, body, key }, setting)
            return { answer, isFinal: isFinal(answer) }
          } catch (error) {
            const { requestId } = setting
            const place = { logger: tools.logger, requestId, route: `${route.method} ${route.path}` }
            const problem = asProblem(error, place)
            const { status } = problemKinds[problem.code]
            return { answer: problemAnswer(problem, requestId), isFinal: status === 409 || status === 422 }
          }
        },
      )
    },
  }
}

interface Calculating<P extends ObjectSchema, B extends z.ZodMiniType>
  extends Omit<Writing<P, B>, 'handle' | 'isFinal'> {
  readonly handle: (
    request: { readonly params: z.infer<P>; readonly body: z.infer<B> },
    setting: Setting,
  ) => Promise<Answer>
}

/** A route that works something out of its body and writes nothing: sent again it is simply asked again. */
export function calculating<P extends ObjectSchema, B extends z.ZodMiniType>(spec: Calculating<P, B>): Operation {
  const { handle, ...described } = spec
  const route = routeOf(spec.operationId)
  return {
    ...described,
    route,
    query: nothing,
    isWriting: false,
    problems: [...readProblems(route), ...BODY_PROBLEMS, ...spec.problems],
    run: async (raw, setting) => {
      readQuery(nothing, raw)
      const [params, body] = [readParams(spec.params, raw), await readBody(spec.body.schema, raw)]
      checkParts(route, setting.caller, [params, body])
      return await handle({ params, body }, setting)
    },
  }
}

/**
 * A route that brings what its path names into the state that its body says: sent again it finds it there and answers alike, so it
 * takes no Idempotency-Key.
 */
export const bringing = <P extends ObjectSchema, B extends z.ZodMiniType>(spec: Calculating<P, B>): Operation =>
  calculating(spec)

/** A route that ends what its path names; sent again it finds it ended. */
export function ending<P extends ObjectSchema>(
  spec: Described & {
    readonly params: P
    readonly handle: (request: { readonly params: z.infer<P> }, setting: Setting) => Promise<Answer>
  },
): Operation {
  const { handle, ...described } = spec
  return reading({ ...described, query: nothing, handle: ({ params }, setting) => handle({ params }, setting) })
}

/** A member's query is of the member alone: where he leaves himself out, he is filled in. */
function ofMember(raw: RawRequest, { shape }: ObjectSchema, { user }: Caller): RawRequest {
  if (user === undefined || !('user' in shape) || raw.query.has('user')) return raw
  const query = new URLSearchParams(raw.query)
  query.set('user', user)
  return { ...raw, query }
}

/** @throws Problem for another account or user than the token's, and Error where a member's request names no user at all: a bug */
function checkParts({ operationId }: RouteSpec, caller: Caller, parts: readonly unknown[]): void {
  const named = parts.filter((part): part is Named => typeof part === 'object' && part !== null)
  for (const part of named) checkNamed(caller, part)
  if (caller.user !== undefined && !named.some(({ user }) => user === caller.user))
    throw new Error(`${operationId} is open to members and names no user`)
}

const BODY_PROBLEMS = [
  'request.media-type',
  'request.too-large',
  'request.not-json',
  'request.body',
] as const satisfies readonly ProblemCode[]

const WRITE_PROBLEMS = [
  'request.idempotency-key',
  ...BODY_PROBLEMS,
  'idempotency.other-request',
  'idempotency.in-progress',
] as const satisfies readonly ProblemCode[]

function readProblems({ path, scope, isOwn }: RouteSpec): readonly ProblemCode[] {
  return [
    'request.query',
    'answer.too-large',
    ...(path.includes('{') ? (['request.path'] as const) : []),
    ...(scope === undefined ? [] : (['access.no-token', 'access.scope', 'service.busy'] as const)),
    ...(scope === undefined ? [] : (['access.no-account'] as const)),
    ...(scope === 'operate' ? (['access.operators-only'] as const) : []),
    ...(isOwn === true ? (['access.no-user', 'access.other-user'] as const) : []),
    ...(path.includes('{account}') ? (['account.not-found'] as const) : []),
    ...(path.includes('{account}') && scope !== 'operate' ? (['access.other-account'] as const) : []),
    'internal',
  ]
}

function routeOf(operationId: OperationId): RouteSpec {
  const route = routeTable.find((one) => one.operationId === operationId)
  if (route === undefined) throw new Error(`no route for ${operationId}`)
  return route
}
