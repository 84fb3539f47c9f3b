import type { JWK } from 'jose'
import { type Authorize, type AuthorizerPlan, authorizer } from './authorizer.ts'

/** A route of an HTTP API, as the template says it. */
export interface RoutePlan {
  readonly method: string
  /** With `{name}` for one segment, `{name+}` for all that follow. */
  readonly path: string
  readonly scopes: readonly string[]
  /** `undefined`: open to everyone. */
  readonly authorizer: AuthorizerPlan | undefined
  readonly invoke: (event: unknown) => Promise<unknown>
}

export interface Found {
  readonly route: RoutePlan
  readonly authorize: Authorize | undefined
  readonly pathParameters: Readonly<Record<string, string>> | undefined
}

/** Finds the route of a request; the one with the fewest parameters first (AWS: the most specific match wins). */
export function routing(plans: readonly RoutePlan[], keySet: { readonly keys: readonly JWK[] }) {
  const routes = plans
    .map((route) => ({
      route,
      pattern: patternOf(route.path),
      authorize: route.authorizer && authorizer(route.authorizer, keySet),
    }))
    .sort((a, b) => rankOf(a.route.path) - rankOf(b.route.path))
  return (method: string | undefined, path: string): Found | undefined => {
    for (const { route, pattern, authorize } of routes) {
      const match = route.method === method ? pattern.exec(path) : null
      if (match !== null) return { route, authorize, pathParameters: match.groups && { ...match.groups } }
    }
    return undefined
  }
}

/** What takes all that follows comes last. */
const rankOf = (path: string): number => path.split('{').length + (path.includes('+}') ? 100 : 0)

function patternOf(path: string): RegExp {
  const pattern = path
    .split(/(\{\w+\+?\})/)
    .map((part) =>
      part.endsWith('+}')
        ? `(?<${part.slice(1, -2)}>.+)`
        : part.startsWith('{')
          ? `(?<${part.slice(1, -1)}>[^/]+)`
          : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('')
  return new RegExp(`^${pattern}$`)
}

/**
 * The path by which an HTTP API looks for a route, and which it hands on: decoded, cut at a `?`, and decoded once more, so that an encoded
 * slash counts as a slash, and an encoded `%` must begin another code.
 *
 * @returns `undefined`: the API answers 400
 * @see https://github.com/hotsock/voker `vokerhttp/testdata/ingress-paths.json`, captured on AWS
 */
export function decodedPath(path: string): string | undefined {
  try {
    const [once = ''] = decodeURIComponent(path).split('?')
    return decodeURIComponent(once)
  } catch {
    return undefined
  }
}
