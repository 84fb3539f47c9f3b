import { kind } from './problem-kind.ts'

/** Problems of accounts, their logs, and entries that move credits. */
export const creditProblems = {
  'account.not-found': kind(
    404,
    'No such account',
    'there is no account acme; an operator opens it with POST /v1/accounts',
  ),
  'account.exists': kind(
    409,
    'The account exists with other settings',
    'account acme is open already and differs in name; choose another id, or send what it was opened with',
  ),
  'balance.out-of-range': kind(
    422,
    'The balance would leave its range',
    'the balance of acme would pass 99999999999999 credits; grant less',
  ),
  'charge.not-found': kind(
    404,
    'No such charge',
    'account acme has no charge for this source and id; it may still be under way, parked or quarantined',
  ),
  'refund.too-large': kind(
    422,
    'The refund is more than the charge',
    '/amount: is more than was charged: 2.6533 credits (0.026533 €)',
  ),
  'credits.corrected-before': kind(
    409,
    'It was refunded or reversed before',
    'this charge was already refunded, by another request, and can be refunded only once; GET /v1/accounts/acme/entries shows it',
  ),
  'entry.not-found': kind(
    404,
    'No such entry',
    'the log of acme has no entry 3 on page 2; GET /v1/accounts/acme/entries lists them',
  ),
  'entry.not-reversible': kind(
    422,
    'This kind of entry can not be reversed',
    'a charge can not be reversed; refund a charge by POST …/refunds',
  ),
  'approval.not-found': kind(
    404,
    'No such approval',
    'there is no approval Zk3n0PqLrS8tUvWxYz012A; GET /v1/approvals lists them',
  ),
  'approval.own-request': kind(
    403,
    'Another operator has to approve it',
    'you asked for this yourself; another operator, with another sub in the token, has to approve it',
  ),
  'approval.decided': kind(409, 'It was decided otherwise', 'Zk3n0PqLrS8tUvWxYz012A was rejected by otto before'),
  'approval.rejected': kind(
    409,
    'Another operator rejected it',
    'otto rejected Zk3n0PqLrS8tUvWxYz012A: twice the amount of the contract',
  ),
  'approval.expired': kind(
    409,
    'It was not decided in time',
    'Zk3n0PqLrS8tUvWxYz012A was not decided within 7 days; send it again with a new Idempotency-Key',
  ),
  'approval.failed': kind(
    409,
    'It was approved and can not be written',
    'otto approved Zk3n0PqLrS8tUvWxYz012A, and it can not be written (credits.corrected-before): this charge was refunded before; ask for what is right by a new request, with a new Idempotency-Key',
  ),
} as const
