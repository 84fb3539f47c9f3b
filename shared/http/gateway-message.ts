import * as z from 'zod/mini'
import type { RouteSpec } from '../../functions/admin-api/route-table.ts'

/** What API Gateway answers by itself, before a route is asked or when none answers: not a problem document. */
export const gatewayMessageSchema = z
  .object({ message: z.string() })
  .check(z.meta({ id: 'GatewayMessage', description: "API Gateway's own answer: no code, no request id" }))

interface GatewayAnswer {
  readonly status: number
  readonly message: string
  readonly when: string
}

/** AWS: "Control access to HTTP APIs with JWT authorizers", "Quotas for HTTP APIs"; the scope is judged before the route is asked. */
export const gatewayAnswers = ({ method, scope }: RouteSpec): readonly GatewayAnswer[] => [
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
