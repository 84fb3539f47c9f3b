import { describe, expect, test } from 'vitest'
import { claimsOf, groups } from '../../../functions/token-claims/claims-of.ts'
import { handler } from '../../../functions/token-claims/handler.ts'

/** An event as Cognito sends it (AWS: "Pre token generation Lambda trigger", event version 3). */
const eventOf = (
  groupsToOverride: readonly string[],
  userAttributes: Readonly<Record<string, string>> = {},
  triggerSource = 'TokenGeneration_Authentication',
) => ({
  version: '3',
  triggerSource,
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_example',
  userName: 'olga',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1example23456789' },
  request: {
    userAttributes: {
      sub: '11111111-2222-3333-4444-555555555555',
      'cognito:user_status': 'CONFIRMED',
      ...userAttributes,
    },
    groupConfiguration: { groupsToOverride, iamRolesToOverride: [], preferredRole: null },
    scopes: ['aws.cognito.signin.user.admin'],
  },
  response: { claimsAndScopeOverrideDetails: null },
})

const ofClient = (scopes: readonly string[]) => ({
  ...eventOf(['operators'], {}, 'TokenGeneration_ClientCredentials'),
  request: { userAttributes: {}, groupConfiguration: {}, scopes },
})

describe('a token of the user pool', () => {
  test('of an operator opens every route, and names no account', () => {
    expect(claimsOf(eventOf(['operators']))).toEqual({
      scopes: ['account:read', 'account:admin', 'usage:check', 'operate'],
      claims: {},
    })
  })

  test('of an account’s admin names the account', () => {
    expect(claimsOf(eventOf(['admins'], { 'custom:account': 'acme' }))).toEqual({
      scopes: ['account:read', 'account:admin'],
      claims: { account: 'acme' },
    })
  })

  test('of a member names the account and the user', () => {
    expect(claimsOf(eventOf(['members'], { 'custom:account': 'acme', 'custom:user': 'u-17' }))).toEqual({
      scopes: ['own:read'],
      claims: { account: 'acme', user: 'u-17' },
    })
  })

  test('of one in no group of ours opens nothing', () => {
    for (const others of [[], ['guests'], ['Operators']])
      expect(claimsOf(eventOf(others, { 'custom:account': 'acme' }))).toEqual({ scopes: [], claims: {} })
  })

  test.each([
    ['an admin without an account', ['admins'], {}],
    ['an admin of an account that can’t be', ['admins'], { 'custom:account': 'ACME' }],
    ['an admin who is a user', ['admins'], { 'custom:account': 'acme', 'custom:user': 'u-17' }],
    ['a member without a user', ['members'], { 'custom:account': 'acme' }],
    ['an operator with an account', ['operators'], { 'custom:account': 'acme' }],
    ['one in two groups', ['operators', 'admins'], { 'custom:account': 'acme' }],
  ])('is not given to %s', (_, inGroups, attributes) => {
    expect(() => claimsOf(eventOf(inGroups, attributes as Record<string, string>))).toThrow(/groups? /)
  })

  test('of the platform’s client has the one scope that it may ask for', () => {
    expect(claimsOf(ofClient(['groschen/usage:check']))).toEqual({ scopes: ['usage:check'], claims: {} })
    for (const asked of [[], ['usage:check'], ['groschen/operate'], ['other/usage:check']])
      expect(claimsOf(ofClient(asked))).toEqual({ scopes: [], claims: {} })
  })

  test('is not given for what is no event of a user pool', () => {
    for (const odd of [undefined, {}, { triggerSource: 'TokenGeneration_Authentication' }])
      expect(() => claimsOf(odd)).toThrow('no event')
  })

  test('has scopes and claims where Cognito looks for them', async () => {
    const event = eventOf(['admins'], { 'custom:account': 'acme' })
    expect(await handler(event as never)).toEqual({
      ...event,
      response: {
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration: {
            scopesToAdd: ['account:read', 'account:admin'],
            claimsToAddOrOverride: { account: 'acme' },
          },
        },
      },
    })
  })

  test('needs as many groups as there are kinds of people', () => {
    expect(Object.keys(groups)).toEqual(['operators', 'admins', 'members'])
  })
})
