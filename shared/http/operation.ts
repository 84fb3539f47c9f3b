import * as z from 'zod/mini'
import type { ProblemCode } from '../errors/problems.ts'
import type { Answer } from './answer.ts'

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

/** What a token may do. */
type Scope = 'usage:check' | 'account:read' | 'account:admin' | 'operate'

/** How an operation is called, as API Gateway, the authorizer and the router must all know it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /**
   * With API Gateway's parameters: `{name}`. Only ids that the product makes may stand there: API Gateway decodes a path twice, cuts it at an
   * encoded `?` and refuses an encoded `%`. Names that others chose go into the query or the body, which arrive as they were sent.
   */
  readonly path: `/v1/${string}`
  /** `undefined`: open to everyone, no token asked. */
  readonly scope: Scope | undefined
  /** A member may call it with `own:read` for their own use: its path, query or body names the `user`. */
  readonly isOwn?: true
}

/** The scopes that open a route: API Gateway lets a token pass that has any one of them. */
export const scopesOf = ({ scope, isOwn }: Pick<Route, 'scope' | 'isOwn'>): readonly string[] => [
  ...(scope === undefined ? [] : [scope]),
  ...(isOwn === true ? ['own:read'] : []),
]

/** An answer that an operation may give, for the documentation. */
interface AnswerSpec {
  readonly status: number
  readonly description: string
  readonly schema: z.ZodMiniType
  readonly example: unknown
  /** Default `application/json`. A 304 has no body. */
  readonly mediaType?: string
}

/** An answer of an operation, with an example for the documentation. */
export const answer = (status: number, description: string, schema: z.ZodMiniType, example: unknown): AnswerSpec => ({
  status,
  description,
  schema,
  example,
})

export type ObjectSchema = z.ZodMiniObject
export type BodySchema = z.ZodMiniType | undefined

/** `writing` takes an Idempotency-Key and is done once for it. `calculating` takes a body and no key: sent again, it answers alike. */
export type Kind = 'reading' | 'writing' | 'calculating'

/** The declaration of an operation, without the schemas of its request. */
interface Described extends Route {
  readonly operationId: string
  readonly tag: keyof typeof tags
  readonly summary: string
  readonly description?: string
  readonly answers: readonly AnswerSpec[]
  /** Of a writing one: whether every repeat gets this answer. Default: yes. Where it is refused only for now, the same key may ask again. */
  readonly isFinal?: (answer: Answer) => boolean
}

/** One operation of the API: its route, its input, its answers. How it is done stands elsewhere. */
export interface Operation<
  K extends Kind = Kind,
  P extends ObjectSchema = ObjectSchema,
  Q extends ObjectSchema = ObjectSchema,
  B extends BodySchema = BodySchema,
> extends Described {
  readonly kind: K
  readonly params: P
  readonly query: Q
  readonly body: B extends z.ZodMiniType ? { readonly schema: B; readonly example: unknown } : B
  /** All of them, with those that every operation of its kind has. */
  readonly problems: readonly ProblemCode[]
}

export const nothing = z.strictObject({})
type Nothing = typeof nothing

interface Declared<P> extends Omit<Described, 'method' | 'path'> {
  /** As API Gateway names it: `GET /v1/accounts/{account}`. */
  readonly route: `${Route['method']} ${Route['path']}`
  /** Parameters of the path; default none. */
  readonly params?: P
  /** In addition to those that every operation of its kind has. */
  readonly problems?: readonly ProblemCode[]
}

interface WithQuery<P, Q> extends Declared<P> {
  readonly query?: Q
}

interface WithBody<P, B extends z.ZodMiniType> extends Declared<P> {
  readonly body: { readonly schema: B; readonly example: z.input<B> }
}

/** Declares an operation that reads. */
export const reading = <P extends ObjectSchema = Nothing, Q extends ObjectSchema = Nothing>({
  query = nothing as Q,
  ...declared
}: WithQuery<P, Q>): Operation<'reading', P, Q, undefined> => ({
  kind: 'reading',
  ...common(declared),
  query,
  body: undefined,
})

/** Declares an operation that writes, once for its Idempotency-Key. */
export const writing = <B extends z.ZodMiniType, P extends ObjectSchema = Nothing>({
  body,
  ...declared
}: WithBody<P, B>): Operation<'writing', P, Nothing, B> => ({
  kind: 'writing',
  ...common(declared, WRITE_PROBLEMS),
  query: nothing,
  body: body as Operation<'writing', P, Nothing, B>['body'],
})

/** Declares an operation that works something out of its body and writes nothing. */
export const calculating = <B extends z.ZodMiniType, P extends ObjectSchema = Nothing>({
  body,
  ...declared
}: WithBody<P, B>): Operation<'calculating', P, Nothing, B> => ({
  kind: 'calculating',
  ...common(declared, BODY_PROBLEMS),
  query: nothing,
  body: body as Operation<'calculating', P, Nothing, B>['body'],
})

/** Declares an operation that brings what its path names into the state that its body says: sent again, it finds it there. */
export const bringing: typeof calculating = (declared) => calculating(declared)

/** Declares an operation that ends what its path names: sent again, it finds it ended. */
export const ending: typeof reading = (declared) => reading(declared)

function common<P extends ObjectSchema>(
  { route, params = nothing as unknown as P, problems = [], ...declared }: Declared<P>,
  ofKind: readonly ProblemCode[] = [],
) {
  const [method, path] = route.split(' ') as [Route['method'], Route['path']]
  const made = { ...declared, method, path }
  return { ...made, params, problems: [...commonProblems(made), ...ofKind, ...problems] }
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

function commonProblems({ path, scope, isOwn }: Route): readonly ProblemCode[] {
  const ofAccount = path.includes('{account}')
  return [
    'request.query',
    'answer.too-large',
    ...(path.includes('{') ? (['request.path'] as const) : []),
    ...(scope === undefined ? [] : (['access.no-token', 'access.scope', 'service.busy', 'access.no-account'] as const)),
    ...(scope === 'operate' ? (['access.operators-only'] as const) : []),
    ...(isOwn === true ? (['access.no-user', 'access.other-user'] as const) : []),
    ...(ofAccount ? (['account.not-found'] as const) : []),
    ...(ofAccount && scope !== 'operate' ? (['access.other-account'] as const) : []),
    'internal',
  ]
}
