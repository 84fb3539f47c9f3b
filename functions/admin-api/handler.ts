import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { handle } from 'hono/aws-lambda'
import { lambda } from '../../shared/aws/lambda.ts'
import { type GatewayEvent, routed } from '../../shared/http/gateway-event.ts'
import { router } from '../../shared/http/router.ts'
import { operations } from './operations.ts'
import { services } from './wiring.ts'

const answer = handle(router(operations, services))

/** The HTTP API: API Gateway has checked the token, the router finds the route, the route answers. */
export const handler = lambda<GatewayEvent, APIGatewayProxyStructuredResultV2>(
  async (event, tools) => (await answer(routed(event, tools) as never)) as APIGatewayProxyStructuredResultV2,
)
