import { UnsupportedTemplate } from '../errors.ts'
import type { AuthorizerPlan } from '../http/authorizer.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import type { RunType } from '../template/resource-types.ts'
import { functionOf } from './names.ts'

/** A route, and the function behind it. */
export interface RouteTarget {
  readonly method: string
  readonly path: string
  readonly scopes: readonly string[]
  readonly authorizer: AuthorizerPlan | undefined
  readonly function: LocalResource
}

/**
 * Every route of the HTTP API.
 *
 * @param issuer whose tokens can be checked here
 * @throws UnsupportedTemplate
 */
export function routeTargets(stack: LocalStack, issuer: string): readonly RouteTarget[] {
  const [one, ...others] = stack.ofType('AWS::ApiGatewayV2::Api')
  if (others.length > 0)
    throw new UnsupportedTemplate(others[0]?.logicalId ?? '', 'the runner serves one HTTP API alone')
  if (one !== undefined && one.properties['ProtocolType'] !== 'HTTP')
    throw new UnsupportedTemplate(one.logicalId, 'the runner serves HTTP APIs alone')
  const integrations = byName(stack, 'AWS::ApiGatewayV2::Integration')
  const authorizers = byName(stack, 'AWS::ApiGatewayV2::Authorizer')
  return stack.ofType('AWS::ApiGatewayV2::Route').map(({ logicalId, properties }) => {
    const [method = '', path = ''] = String(properties['RouteKey']).split(' ')
    const integration = integrations.get(String(properties['Target']).replace('integrations/', ''))
    if (integration?.properties['PayloadFormatVersion'] !== '2.0')
      throw new UnsupportedTemplate(logicalId, 'the runner knows Lambda integrations with payload 2.0')
    if (path === '' || method === 'ANY' || /\+\}./.test(path))
      throw new UnsupportedTemplate(
        logicalId,
        'the runner knows routes with a method, and a greedy parameter at their end alone',
      )
    return {
      method,
      path,
      scopes: (properties['AuthorizationScopes'] ?? []) as readonly string[],
      authorizer: authorizerOf(logicalId, properties, authorizers, issuer),
      function: functionOf(stack, logicalId, integration.properties['IntegrationUri']),
    }
  })
}

const byName = (stack: LocalStack, type: RunType): ReadonlyMap<string, LocalResource> =>
  new Map(stack.ofType(type).map((one) => [`${stack.name}-${one.logicalId}`, one]))

const BEARER_SOURCE = ['$request.header.Authorization']

function authorizerOf(
  logicalId: string,
  properties: LocalResource['properties'],
  authorizers: ReadonlyMap<string, LocalResource>,
  issuer: string,
): AuthorizerPlan | undefined {
  const type = properties['AuthorizationType'] ?? 'NONE'
  if (type === 'NONE') return undefined
  const found = authorizers.get(String(properties['AuthorizerId']))
  const jwt = found?.properties['JwtConfiguration'] as
    | { readonly Issuer: string; readonly Audience: readonly string[] }
    | undefined
  if (found === undefined || type !== 'JWT' || jwt === undefined)
    throw new UnsupportedTemplate(logicalId, `the runner knows JWT authorizers, not ${String(type)}`)
  if (jwt.Issuer !== issuer)
    throw new UnsupportedTemplate(found.logicalId, `the runner checks tokens of its own issuer, not of ${jwt.Issuer}`)
  if (String(found.properties['IdentitySource'] ?? BEARER_SOURCE) !== String(BEARER_SOURCE))
    throw new UnsupportedTemplate(found.logicalId, 'the runner looks for tokens in the header Authorization alone')
  return { issuer: jwt.Issuer, audience: jwt.Audience }
}
