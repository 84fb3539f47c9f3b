import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Tools } from '../aws/lambda.ts'
import type { Claims } from './claims.ts'

/** A request as API Gateway's HTTP API hands it on (payload format 2.0); without an authorizer on open routes. */
export type GatewayEvent = APIGatewayProxyEventV2 & {
  readonly requestContext: { readonly authorizer?: { readonly jwt?: { readonly claims?: Claims } } }
}

/** A request on its way through the router, and what it is handled with. */
export type RoutedEvent = GatewayEvent & { readonly tools: Tools }

/**
 * The event with the path that API Gateway matched, encoded again.
 *
 * AWS decodes `rawPath`: an encoded `/` would begin another segment there, `?` a query. The route key and the path
 * parameters say what was matched.
 */
export function routed(event: GatewayEvent, tools: Tools): RoutedEvent {
  const template = event.routeKey.split(' ')[1]
  const params = event.pathParameters
  if (template === undefined || params === undefined || params === null) return { ...event, tools }
  const rawPath = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  return { ...event, rawPath, tools }
}
