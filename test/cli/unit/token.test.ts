import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { token } from '../../../infra/cli/commands/token.ts'
import { claimsOf, describedClaims } from '../../../infra/cli/lib/token-claims.ts'
import { optionsOf } from './options-of.ts'

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const claims = (...argv: string[]) => {
  const { scopes, account, member, sub } = optionsOf(token, argv) as Record<string, string | undefined>
  return claimsOf({ scopes: scopes?.split(/[\s,]+/), account, member, subject: sub })
}

describe('groschen token', () => {
  test.each([
    [[], { sub: 'operator', scope: 'operate account:read account:admin usage:check' }],
    [['--scopes', 'usage:check'], { sub: 'platform', scope: 'usage:check' }],
    [['--scopes', 'usage:check', '--account', 'globex'], { sub: 'platform', scope: 'usage:check', account: 'globex' }],
    [['--account', 'globex'], { sub: 'admin@globex', scope: 'account:read account:admin', account: 'globex' }],
    [
      ['--account', 'globex', '--scopes', 'account:read'],
      { sub: 'admin@globex', scope: 'account:read', account: 'globex' },
    ],
    [['--member', 'mia'], { sub: 'mia@acme', scope: 'own:read', account: 'acme', user: 'mia' }],
    [
      ['--member', 'mia', '--account', 'globex'],
      { sub: 'mia@globex', scope: 'own:read', account: 'globex', user: 'mia' },
    ],
    [['--scopes', 'operate, account:read', '--sub', 'otto'], { sub: 'otto', scope: 'operate account:read' }],
  ])('%j is of %j', (argv, expected) => {
    expect(claims(...argv)).toEqual(expected)
  })

  test.each([
    [
      ['--scopes', 'usage:chek'],
      'there is no scope usage:chek; did you mean "usage:check"? (usage:check, account:read,',
    ],
    [['--scopes', 'account:read'], 'open nothing without an account; name it with --account'],
    [['--scopes', 'own:read', '--account', 'acme'], 'name the user with --member'],
    [['--member', 'mia', '--scopes', 'account:read'], '--member needs own:read among the scopes'],
    [['--account', 'Globex'], '--account Globex: expected 2 to 63'],
  ])('%j is refused: %s', (argv, message) => {
    expect(() => claims(...argv)).toThrow(message)
  })

  test('says what the token opens', () => {
    expect(describedClaims(claims('--member', 'mia'))).toBe('own:read of user mia of account acme, as mia@acme')
    expect(describedClaims(claims('--scopes', 'usage:check'))).toBe('usage:check of all accounts, as platform')
  })
})
