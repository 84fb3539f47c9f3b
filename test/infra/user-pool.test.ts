import { describe, expect, test } from 'vitest'
import { permissionsOf, resources, synthesized } from './synthesized.ts'

const template = synthesized()
const written = template.toJSON() as {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Condition?: string }>>
  readonly Outputs: Readonly<Record<string, { readonly Condition?: string }>>
}

describe('the user pool', () => {
  test('is made where no other issuer is named, with all that belongs to it', () => {
    const own = Object.entries(written.Resources).filter(([id]) =>
      /UserPool|TokenIssuer|PeopleClient|PlatformClient/.test(id),
    )
    expect(own.filter(([, { Type }]) => Type.startsWith('AWS::Cognito::'))).toHaveLength(8)
    for (const [id, { Condition }] of own) expect([id, Condition]).toEqual([id, 'OwnUserPool'])
    for (const name of ['UserPoolId', 'PeopleClientId', 'PlatformClientId', 'TokenUrl'])
      expect(written.Outputs[name]?.Condition).toBe('OwnUserPool')
  })

  test('lets nobody sign up, and stays when the stack goes', () => {
    template.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true }, DeletionProtection: 'ACTIVE' },
    })
  })

  test('has no client that can write whose account somebody sees', () => {
    const [[, pool] = []] = resources(template, 'AWS::Cognito::UserPool')
    expect(pool?.['Schema']).toMatchObject([{ Name: 'account' }, { Name: 'user' }])
    const clients = resources(template, 'AWS::Cognito::UserPoolClient')
    expect(clients).toHaveLength(2)
    for (const [, { WriteAttributes }] of clients) expect(WriteAttributes).toEqual(['name'])
    // A client must be able to write what a pool requires: one more attribute there, and AWS makes no client.
    expect(JSON.stringify(pool)).not.toMatch(/"Required":true|UsernameAttributes/)
  })

  test('has a client of the platform that may ask before users spend, and nothing else', () => {
    const clients = Object.fromEntries(resources(template, 'AWS::Cognito::UserPoolClient'))
    expect(clients['PlatformClient']).toMatchObject({
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['groschen/usage:check'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    })
    expect(clients['PeopleClient']).not.toHaveProperty('AllowedOAuthFlows')
  })

  test('asks token-claims before each token, which may do nothing else', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V3_0' } },
    })
    expect(permissionsOf(template, /TokenClaims/).filter((one) => !/^(logs|xray):/.test(one))).toEqual([])
  })
})
