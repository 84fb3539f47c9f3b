import { UnsupportedTemplate } from '../errors.ts'
import type { AuthorizerPlan } from '../http/authorizer.ts'
import type { LocalResource, LocalStack } from '../template/local-stack.ts'
import { functionOf, type Properties } from './names.ts'

export interface RouteTarget {
  readonly method: string
  readonly path: string
  readonly scopes: readonly string[]
  readonly authorizer: AuthorizerPlan | undefined
  readonly function: LocalResource
}

export function routeTargets(stack: LocalStack): readonly RouteTarget[] {
  const byName = (type: Parameters<LocalStack['ofType']>[0]) =>
    new Map(stack.ofType(type).map((one) => [`${stack.name}-${one.logicalId}`, one]))
  const [integrations, authorizers] = [
    byName('AWS::ApiGatewayV2::Integration'),
    byName('AWS::ApiGatewayV2::Authorizer'),
  ]
  return stack.ofType('AWS::ApiGatewayV2::Route').map(({ logicalId, properties }) => {
    const [method = '', path = ''] = String(properties['RouteKey']).split(' ')
    const integration = integrations.get(String(properties['Target']).replace('integrations/', ''))
    if (integration?.properties['PayloadFormatVersion'] !== '2.0')
      throw new UnsupportedTemplate(logicalId, 'the runner knows Lambda integrations with payload 2.0')
    if (path === '' || method === 'ANY' || path.includes('+}'))
      throw new UnsupportedTemplate(logicalId, 'the runner knows routes with a method and a plain path')
    return {
      method,
      path,
      scopes: (properties['AuthorizationScopes'] ?? []) as readonly string[],
      authorizer: authorizerOf(logicalId, properties, authorizers),
      function: functionOf(stack, integration.properties['IntegrationUri']),
    }
  })
}

function authorizerOf(
  logicalId: string,
  properties: Properties,
  authorizers: ReadonlyMap<string, LocalResource>,
): AuthorizerPlan | undefined {
  const type = properties['AuthorizationType'] ?? 'NONE'
  if (type === 'NONE') return undefined
  const found = authorizers.get(String(properties['AuthorizerId']))
  const jwt = found?.properties['JwtConfiguration'] as
    | { readonly Issuer: string; readonly Audience: readonly string[] }
    | undefined
  if (type !== 'JWT' || jwt === undefined)
    throw new UnsupportedTemplate(logicalId, `the runner knows JWT authorizers, not ${String(type)}`)
  return { issuer: jwt.Issuer, audience: jwt.Audience }
}
