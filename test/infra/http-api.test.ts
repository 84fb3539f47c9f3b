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

const writesOf = (functionId: RegExp) =>
  permissionsOf(template, functionId).filter((one) => one.startsWith('dynamodb:') && !/:(GetItem|Query) /.test(one))
const secretsOf = (functionId: RegExp) => permissionsOf(template, functionId).filter((one) => one.startsWith('secrets'))
const tablesOf = (functionId: RegExp) =>
  permissionsOf(template, functionId).flatMap((one) => /^dynamodb:\w+ on (\w+)$/.exec(one)?.[1] ?? [])

describe('access-api', () => {
  test('writes gates and its answers, and no log, marker, account or rate', () => {
    expect(writesOf(/AccessApi/)).toEqual([
      'dynamodb:PutItem on GatesTable',
      'dynamodb:PutItem on RequestsTable',
      'dynamodb:UpdateItem on RequestsTable',
    ])
  })

  test('knows no secret, no top-up, no queue and no object', () => {
    expect(permissionsOf(template, /AccessApi/).filter((one) => !/^(dynamodb|logs|xray):/.test(one))).toEqual([])
    expect([...new Set(tablesOf(/AccessApi/))]).toEqual([
      'GatesTable',
      'LogTable',
      'RatesTable',
      'RequestsTable',
      'SnapshotsTable',
      'AccountsTable',
    ])
  })
})

describe('account-api', () => {
  test('writes logs, accounts and top-ups, deletes how users can be reached, and writes no rate or held event', () => {
    expect(writesOf(/AccountApi/)).toEqual([
      'dynamodb:DeleteItem on AccountsTable',
      'dynamodb:DeleteItem on AccountsTable/index/*',
      'dynamodb:PutItem on AccountsTable',
      'dynamodb:PutItem on AccountsTable/index/*',
      'dynamodb:PutItem on LogTable',
      'dynamodb:PutItem on MarkersTable',
      'dynamodb:PutItem on RequestsTable',
      'dynamodb:PutItem on TopUpsTable',
      'dynamodb:PutItem on TopUpsTable/index/*',
      'dynamodb:UpdateItem on MarkersTable',
      'dynamodb:UpdateItem on RequestsTable',
    ])
  })

  test('alone of the three reads the secret of the payment provider', () => {
    expect(secretsOf(/AccountApi/)).not.toEqual([])
    expect([...secretsOf(/AccessApi/), ...secretsOf(/OperatorApi/)]).toEqual([])
  })
})

describe('operator-api', () => {
  test('writes logs, accounts, invoices and rates; deletes drafts and held events, alone', () => {
    expect(writesOf(/OperatorApi/)).toEqual([
      'dynamodb:DeleteItem on DraftsTable',
      'dynamodb:DeleteItem on HeldTable',
      'dynamodb:PutItem on AccountsTable',
      'dynamodb:PutItem on AccountsTable/index/*',
      'dynamodb:PutItem on DraftsTable',
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
