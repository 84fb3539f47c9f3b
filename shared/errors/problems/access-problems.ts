import { kind } from './problem-kind.ts'

/** Problems of tokens: missing, or without the right. */
export const accessProblems = {
  'access.no-token': kind(
    401,
    'No valid token',
    'send a header Authorization: Bearer TOKEN with a token of the configured issuer that names its subject',
  ),
  'access.scope': kind(403, 'The token lacks the scope', 'this route needs a token with the scope operate'),
  'access.operators-only': kind(
    403,
    'Only operators may do this',
    'this token belongs to one account; use a token without the claim account',
  ),
  'access.no-account': kind(
    403,
    'The token names no account',
    "this route is of one account: use a token whose claim account is that account's id, as a text, or an operator's",
  ),
  'access.no-user': kind(
    403,
    'The token names no user',
    'a token with own:read needs the claim user: the one user that it may see, as a text',
  ),
  'access.other-user': kind(
    403,
    'The token belongs to another user',
    'this token belongs to one user, and may ask for that user alone',
  ),
  'access.other-account': kind(
    403,
    'The token belongs to another account',
    "this token belongs to one account, and that is not acme; use a token of acme, or an operator's",
  ),
} as const
