import { createLocalJWKSet, type JWK, type JWTPayload, jwtVerify } from 'jose'

/** A JWT authorizer of an HTTP API, as the template says it. */
export interface AuthorizerPlan {
  readonly issuer: string
  readonly audience: readonly string[]
}

type Authorization =
  | {
      readonly kind: 'authorized'
      readonly claims: Readonly<Record<string, string>>
      readonly scopes: readonly string[] | null
    }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' }

export type Authorize = (header: string | undefined, scopes: readonly string[]) => Promise<Authorization>

/**
 * Judges a request as API Gateway does (AWS: "Control access to HTTP APIs with JWT authorizers"): signature by a key
 * that the header names, issuer, audience, times; a route with scopes takes a token that has any one of them.
 */
export function authorizer(plan: AuthorizerPlan, keySet: { readonly keys: readonly JWK[] }): Authorize {
  const keys = createLocalJWKSet({ keys: [...keySet.keys] })
  const verified = async (token: string): Promise<JWTPayload | undefined> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer: plan.issuer,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
      })
      const isIssued = payload.iat === undefined || payload.iat * 1000 <= Date.now()
      return protectedHeader.kid !== undefined && isIssued && isFor(payload, plan.audience) ? payload : undefined
    } catch {
      return undefined
    }
  }
  return async (header, scopes) => {
    const payload = await verified(header?.replace(/^bearer\s+/i, '') ?? '')
    if (payload === undefined) return { kind: 'unauthorized' }
    const held = scopesIn(payload['scope'] ?? payload['scp'])
    if (scopes.length > 0 && !scopes.some((scope) => held.includes(scope))) return { kind: 'forbidden' }
    return { kind: 'authorized', claims: claimsOf(payload), scopes: scopes.length > 0 ? [...scopes] : null }
  }
}

/** AWS: `scope` or `scp`; a text, separated by spaces, or a list. */
const scopesIn = (claim: unknown): readonly unknown[] =>
  Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(' ') : []

/** AWS: `client_id` counts where there is no `aud`. */
const isFor = (payload: JWTPayload, audience: readonly string[]): boolean =>
  [payload.aud ?? payload['client_id']].flat().some((one) => typeof one === 'string' && audience.includes(one))

/** API Gateway hands every claim on as text: a list as `[a b]`, an object as JSON, null not at all (gh:floci-io/floci/pull/2011). */
const claimsOf = (payload: JWTPayload): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(payload).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, claimText(value)] as const],
    ),
  )

function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
