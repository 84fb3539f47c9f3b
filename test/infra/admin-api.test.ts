import { describe, expect, test } from 'vitest'
import { operations } from '../../shared/api/operations.ts'
import { scopesOf } from '../../shared/http/operation.ts'
import { permissionsOf, resources, synthesized } from './synthesized.ts'

const template = synthesized()

describe('the HTTP API', () => {
  test('has the routes of the declared operations, each with its scopes, and no other', () => {
    const routes = resources(template, 'AWS::ApiGatewayV2::Route').map(
      ([, { RouteKey, AuthorizationType, AuthorizationScopes }]) => [RouteKey, AuthorizationType, AuthorizationScopes],
    )
    const expected = operations.map((route) => [
      `${route.method} ${route.path}`,
      route.scope === undefined ? 'NONE' : 'JWT',
      route.scope === undefined ? undefined : scopesOf(route),
    ])
    const webhook = ['POST /v1/payment-webhooks/stripe', 'NONE', undefined]
    expect(routes.sort()).toEqual([...expected, webhook].sort())
  })

  test('asks tokens of the issuer that the deployment names, or else of its own user pool', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: {
        Issuer: { 'Fn::If': ['OwnUserPool', { 'Fn::GetAtt': ['UserPool', 'ProviderURL'] }, { Ref: 'JwtIssuer' }] },
      },
    })
  })

  test('is throttled, and says who asked for what', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    })
    expect(
      resources(template, 'AWS::ApiGatewayV2::Stage').every(
        ([, { AccessLogSettings }]) => AccessLogSettings !== undefined,
      ),
    ).toBe(true)
  })
})

describe('admin-api', () => {
  test('writes accounts, grants, cards and its answers; deletes drafts, held events, and how users can be reached, alone', () => {
    const permissions = permissionsOf(template, /AdminApi/)
    expect(permissions.filter((one) => one.startsWith('dynamodb:') && !/:(GetItem|Query) /.test(one))).toEqual([
      'dynamodb:DeleteItem on AccountsTable',
      'dynamodb:DeleteItem on AccountsTable/index/*',
      'dynamodb:DeleteItem on DraftsTable',
      'dynamodb:DeleteItem on HeldTable',
      'dynamodb:PutItem on AccountsTable',
      'dynamodb:PutItem on AccountsTable/index/*',
      'dynamodb:PutItem on DraftsTable',
      'dynamodb:PutItem on GatesTable',
      'dynamodb:PutItem on HeldTable',
      'dynamodb:PutItem on LogTable',
      'dynamodb:PutItem on MarkersTable',
      'dynamodb:PutItem on RatesTable',
      'dynamodb:PutItem on RequestsTable',
      'dynamodb:PutItem on TopUpsTable',
      'dynamodb:PutItem on TopUpsTable/index/*',
      'dynamodb:UpdateItem on MarkersTable',
      'dynamodb:UpdateItem on RequestsTable',
    ])
  })
})

describe('approvals', () => {
  const shown = (context: Record<string, unknown> = {}) =>
    resources(synthesized(context), 'AWS::Lambda::Function').flatMap(([, { Environment }]) => {
      const { Variables } = (Environment ?? {}) as { readonly Variables?: { readonly APPROVALS?: string } }
      return Variables?.APPROVALS ?? []
    })

  test('are asked for only where the stage says so, as an object or as a text of the command line', () => {
    expect(shown()).toEqual(['none'])
    expect(shown({ approvals: { above: '500' } })).toEqual(['{"above":"500"}'])
    expect(shown({ approvals: '{}' })).toEqual(['{}'])
  })

  test('that the stage says wrongly stop the deployment: nobody takes them for switched on', () => {
    for (const approvals of [{ over: '500' }, '{"above":"many"}', 'true', 'yes'])
      expect(() => shown({ approvals })).toThrow()
  })
})
