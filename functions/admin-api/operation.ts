import * as z from 'zod/mini'
import type { Tools } from '../../shared/runtime/lambda.ts'
import type { Caller } from './access.ts'
import type { Answer } from './answer.ts'
import { answerOnce } from './idempotency.ts'
import { asProblem, problemAnswer } from './problem-answer.ts'
import { type ProblemCode, problemKinds } from './problems.ts'
import { type RawRequest, readBody, readIdempotencyKey, readParams, readQuery } from './read-request.ts'
import { type OperationId, type RouteSpec, routeTable } from './route-table.ts'
import type { Services } from './services.ts'

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
}

type ObjectSchema = z.ZodMiniObject

/** The chapters of the documentation. */
export const tags = {
  Accounts: 'The paying organisations',
  Credits: 'What an account was given and what it was charged, and the balance of both',
  'Rate cards': 'The versioned prices, in force from a date on',
  Estimates: 'What usage would cost: nothing is written',
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
  /** Whether it asks for an Idempotency-Key. */
  readonly takesKey: boolean
  readonly run: (raw: RawRequest, setting: Setting) => Promise<Answer>
}

interface Reading<P extends ObjectSchema, Q extends ObjectSchema> extends Described {
  readonly params: P
  readonly query: Q
  readonly handle: (
    request: { readonly params: z.infer<P>; readonly query: z.infer<Q> },
    setting: Setting,
  ) => Promise<Answer>
}

interface Calculating<P extends ObjectSchema, B extends z.ZodMiniType> extends Described {
  readonly params: P
  readonly body: { readonly schema: B; readonly example: z.input<B> }
  readonly handle: (
    request: { readonly params: z.infer<P>; readonly body: z.infer<B> },
    setting: Setting,
  ) => Promise<Answer>
}

interface Writing<P extends ObjectSchema, B extends z.ZodMiniType> extends Described {
  readonly params: P
  readonly body: { readonly schema: B; readonly example: z.input<B> }
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
    takesKey: false,
    problems: [...readProblems(route), ...spec.problems],
    run: async (raw, setting) =>
      await handle({ params: readParams(spec.params, raw), query: readQuery(spec.query, raw) }, setting),
  }
}

/** A route that works something out of what it is sent, and writes nothing: it is sent again as often as one likes. */
export function calculating<P extends ObjectSchema, B extends z.ZodMiniType>(spec: Calculating<P, B>): Operation {
  const { handle, ...described } = spec
  const route = routeOf(spec.operationId)
  return {
    ...described,
    route,
    query: nothing,
    takesKey: false,
    problems: [...readProblems(route), ...BODY_PROBLEMS, ...spec.problems],
    run: async (raw, setting) => {
      const params = readParams(spec.params, raw)
      readQuery(nothing, raw)
      return await handle({ params, body: await readBody(spec.body.schema, raw) }, setting)
    },
  }
}

/** A route that writes: once for an Idempotency-Key, however often it is sent. */
export function writing<P extends ObjectSchema, B extends z.ZodMiniType>(spec: Writing<P, B>): Operation {
  const { handle, ...described } = spec
  const route = routeOf(spec.operationId)
  return {
    ...described,
    route,
    query: nothing,
    takesKey: true,
    problems: [...readProblems(route), ...BODY_PROBLEMS, ...KEY_PROBLEMS, ...spec.problems],
    run: async (raw, setting) => {
      const params = readParams(spec.params, raw)
      readQuery(nothing, raw)
      const key = readIdempotencyKey(raw)
      const body = await readBody(spec.body.schema, raw)
      const { services, tools, caller } = setting
      const scope = raw.params['account'] ?? caller.subject
      return await answerOnce(
        services.requests,
        { operationId: spec.operationId, scope, idempotencyKey: key, body },
        { id: services.nonce(), now: tools.now },
        async () => {
          try {
            return { answer: await handle({ params, body, key }, setting), isFinal: true }
          } catch (error) {
            const problem = asProblem(error, tools.logger)
            const { status } = problemKinds[problem.code]
            return { answer: problemAnswer(problem, setting.requestId), isFinal: status === 409 || status === 422 }
          }
        },
      )
    },
  }
}

const BODY_PROBLEMS = [
  'request.media-type',
  'request.too-large',
  'request.not-json',
  'request.body',
] as const satisfies readonly ProblemCode[]

const KEY_PROBLEMS = [
  'request.idempotency-key',
  'idempotency.other-request',
  'idempotency.in-progress',
] as const satisfies readonly ProblemCode[]

function readProblems({ path, scope }: RouteSpec): readonly ProblemCode[] {
  return [
    'request.query',
    ...(path.includes('{') ? (['request.path'] as const) : []),
    ...(scope === undefined ? [] : (['access.no-token', 'access.scope', 'service.busy'] as const)),
    ...(scope === 'operate' ? (['access.operators-only'] as const) : []),
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
