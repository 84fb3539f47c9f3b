import { createLocalJWKSet, type JWK, type JWTPayload, jwtVerify } from 'jose'

/** A JWT authorizer of an HTTP API, as the template says it. */
export interface AuthorizerPlan {
  readonly issuer: string
  readonly audience: readonly string[]
}

export type Authorization =
  | {
      readonly kind: 'authorized'
      readonly claims: Readonly<Record<string, string>>
      readonly scopes: readonly string[] | null
    }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' }

/**
 * Judges a request as API Gateway does (AWS: "Control access to HTTP APIs with JWT authorizers"): signature, issuer,
 * audience, times; a route with scopes takes a token that has any one of them.
 */
export function authorizer({ issuer, audience }: AuthorizerPlan, keySet: { readonly keys: readonly JWK[] }) {
  const keys = createLocalJWKSet({ keys: [...keySet.keys] })
  return async (header: string | undefined, scopes: readonly string[]): Promise<Authorization> => {
    const token = header?.replace(/^bearer\s+/i, '') ?? ''
    const payload = await jwtVerify(token, keys, {
      issuer,
      audience: [...audience],
      algorithms: ['RS256'],
      requiredClaims: ['exp'],
    }).then(
      (verified) => verified.payload,
      () => undefined,
    )
    if (payload === undefined) return { kind: 'unauthorized' }
    const held = String(payload['scope'] ?? '').split(' ')
    if (scopes.length > 0 && !scopes.some((scope) => held.includes(scope))) return { kind: 'forbidden' }
    return { kind: 'authorized', claims: claimsOf(payload), scopes: scopes.length > 0 ? [...scopes] : null }
  }
}

/** API Gateway hands every claim on as text. */
const claimsOf = (payload: JWTPayload): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  )
