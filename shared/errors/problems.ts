import { type Fault, GroschenError } from './groschen-error.ts'

interface ProblemKind {
  readonly status: number
  readonly title: string
  /** As an example in the documentation: what, and what to do. */
  readonly example: string
}

/** Everything the API refuses or fails with. Codes are stable: people search for them, programs branch on them. */
export const problemKinds = {
  'request.not-json': {
    status: 400,
    title: 'The body is not JSON',
    example: 'the body is empty; send one JSON object in UTF-8',
  },
  'request.body': {
    status: 400,
    title: 'The body is not what this route takes',
    example: '/amount/eur: is below 0; expected an amount above 0',
  },
  'request.query': {
    status: 400,
    title: 'The query is not what this route takes',
    example: '/limit: expected a whole number from 1 to 100, found "0"',
  },
  'request.path': {
    status: 400,
    title: 'The path is not what this route takes',
    example: '/account: expected 2 to 63 lower-case letters, digits or hyphens',
  },
  'request.idempotency-key': {
    status: 400,
    title: 'The Idempotency-Key is missing or not usable',
    example:
      'the header Idempotency-Key is missing; send 1 to 128 visible ASCII characters: a fresh UUID for a new request, the same again to repeat one',
  },
  'request.media-type': {
    status: 415,
    title: 'The body has another media type',
    example: 'the header Content-Type is missing; send a JSON object with Content-Type: application/json',
  },
  'request.too-large': {
    status: 413,
    title: 'The body is too large',
    example: 'the body has 4194305 bytes; at most 4194304 are taken',
  },
  'answer.too-large': {
    status: 422,
    title: 'The answer is too large',
    example: 'the answer has 7000000 bytes, and at most 6200000 can be answered; ask for a part of it',
  },
  'access.no-token': {
    status: 401,
    title: 'No valid token',
    example: 'send a header Authorization: Bearer TOKEN with a token of the configured issuer that names its subject',
  },
  'access.scope': {
    status: 403,
    title: 'The token lacks the scope',
    example: 'this route needs a token with the scope operate',
  },
  'access.operators-only': {
    status: 403,
    title: 'Only operators may do this',
    example: 'this token belongs to one account; use a token without the claim account',
  },
  'access.no-account': {
    status: 403,
    title: 'The token names no account',
    example:
      "this route is of one account: use a token whose claim account is that account's id, as a text, or an operator's",
  },
  'access.no-user': {
    status: 403,
    title: 'The token names no user',
    example: 'a token with own:read needs the claim user: the one user that it may see, as a text',
  },
  'access.other-user': {
    status: 403,
    title: 'The token belongs to another user',
    example: 'this token belongs to one user, and may ask for that user alone',
  },
  'access.other-account': {
    status: 403,
    title: 'The token belongs to another account',
    example: "this token belongs to one account, and that is not acme; use a token of acme, or an operator's",
  },
  'account.not-found': {
    status: 404,
    title: 'No such account',
    example: 'there is no account acme; an operator opens it with POST /v1/accounts',
  },
  'account.exists': {
    status: 409,
    title: 'The account exists with other settings',
    example: 'account acme is open already and differs in name; choose another id, or send what it was opened with',
  },
  'balance.out-of-range': {
    status: 422,
    title: 'The balance would leave its range',
    example: 'the balance of acme would pass 99999999999999 credits; grant less',
  },
  'charge.not-found': {
    status: 404,
    title: 'No such charge',
    example: 'account acme has no charge for this source and id; it may still be under way, parked or quarantined',
  },
  'refund.too-large': {
    status: 422,
    title: 'The refund is more than the charge',
    example: '/amount: is more than was charged: 2.6533 credits (0.026533 €)',
  },
  'credits.corrected-before': {
    status: 409,
    title: 'It was refunded or reversed before',
    example:
      'this charge was refunded before, by another request, and can be but once; GET /v1/accounts/acme/entries shows it',
  },
  'entry.not-found': {
    status: 404,
    title: 'No such entry',
    example: 'the log of acme has no entry 3 on page 2; GET /v1/accounts/acme/entries lists them',
  },
  'entry.not-reversible': {
    status: 422,
    title: 'This kind of entry can not be reversed',
    example: 'a charge can not be reversed; refund a charge by POST …/refunds',
  },
  'approval.not-found': {
    status: 404,
    title: 'No such approval',
    example: 'there is no approval Zk3n0PqLrS8tUvWxYz012A; GET /v1/approvals lists them',
  },
  'approval.own-request': {
    status: 403,
    title: 'Another operator has to approve it',
    example: 'you asked for this yourself; another operator, with another sub in the token, has to approve it',
  },
  'approval.decided': {
    status: 409,
    title: 'It was decided otherwise',
    example: 'Zk3n0PqLrS8tUvWxYz012A was rejected by otto before',
  },
  'approval.rejected': {
    status: 409,
    title: 'Another operator rejected it',
    example: 'otto rejected Zk3n0PqLrS8tUvWxYz012A: twice the amount of the contract',
  },
  'approval.expired': {
    status: 409,
    title: 'It was not decided in time',
    example: 'Zk3n0PqLrS8tUvWxYz012A was not decided within 7 days; send it again with a new Idempotency-Key',
  },
  'approval.failed': {
    status: 409,
    title: 'It was approved and can not be written',
    example:
      'otto approved Zk3n0PqLrS8tUvWxYz012A, and it can not be written (credits.corrected-before): this charge was refunded before; ask for what is right by a new request, with a new Idempotency-Key',
  },
  'rate-card.not-found': {
    status: 404,
    title: 'No such rate card',
    example: 'there is no version 7; GET /v1/rate-cards lists them',
  },
  'draft.not-found': {
    status: 404,
    title: 'No such draft',
    example: 'there is no draft 0f1e2d3c4b5a6978; GET /v1/rate-card-drafts lists them',
  },
  'draft.changed': {
    status: 409,
    title: 'The draft was edited meanwhile',
    example: 'draft 0f1e2d3c4b5a6978 is at revision 3, edited by olga at 2026-11-24T08:00:00.000Z, not at 2',
  },
  'rate-card.in-force': {
    status: 422,
    title: 'The rate card takes effect too soon, or has already',
    example: 'version 7 prices usage from 2026-11-23T10:00:00.000Z on; publish a corrected version instead',
  },
  'rate-card.refused': {
    status: 422,
    title: 'The rate card can not be published',
    example: 'see errors; publish the corrected card with a new Idempotency-Key',
  },
  'estimate.out-of-range': {
    status: 422,
    title: 'One use would cost more than one usage event may',
    example: 'one use of openai/gpt-4o would cost more than 10000000 €; take smaller quantities',
  },
  'estimate.too-large': {
    status: 422,
    title: 'Too many charges for one estimate',
    example: 'the charges of 90 days are too many to look at in one request; ask for fewer days',
  },
  'model.not-found': {
    status: 404,
    title: 'No such model',
    example: 'no price names openai/gpt-9; GET /v1/models?search= finds what is there',
  },
  'models.too-large': {
    status: 422,
    title: 'Too many prices for one table',
    example: 'the table has more than 5 MB; ask for one vendor at a time: ?vendor=',
  },
  'top-up.confirmation-needed': {
    status: 409,
    title: 'This would buy credits at once',
    example:
      'the balance of acme is 3.20 €, below the threshold: this buys 100.00 € of credits at once (119.00 € with tax and fee); send it with "confirmed": true and a new Idempotency-Key if that is meant',
  },
  'top-up.not-found': {
    status: 404,
    title: 'No such top-up',
    example: 'account acme has no such top-up; GET /v1/accounts/acme/top-ups lists them',
  },
  'top-up.amount': {
    status: 422,
    title: 'Credits are not sold in this amount',
    example: 'credits are sold at 100.00 €, 500.00 €, 1000.00 €, 5000.00 €',
  },
  'top-up.cap': {
    status: 422,
    title: 'The cap of purchases by hand has no room for it',
    example:
      'this purchase costs 5950.00 €, and 1200.00 € are left today of 12000.00 € for purchases by hand; buy less, or wait for the next day',
  },
  'top-up.reconciling': {
    status: 409,
    title: 'The log was restored, and its payments are being held against it',
    example:
      'the log of acme was restored, and may lack purchases; this one can be made once all payments were held against it, which begins by itself and takes some minutes',
  },
  'top-up.confirmation-page': {
    status: 422,
    title: 'It has to be confirmed on the provider’s page',
    example:
      '5000.00 € are bought on the provider\'s page, where the bank confirms them; send "pay": "checkout" with a new Idempotency-Key. The stored method is charged up to 1000.00 €',
  },
  'top-up.no-payment-method': {
    status: 422,
    title: 'No payment method is stored',
    example: 'account acme has no payment method; send "pay": "checkout", or store one',
  },
  'invoice.credited-before': {
    status: 409,
    title: 'The invoice was credited with something else',
    example:
      'invoice INV-2026-17 of acme is credited already, and not with 777.00 €; GET /v1/accounts/acme/top-ups?origin=invoice shows it; put right what is wrong by an adjustment',
  },
  'receipt.not-paid': {
    status: 409,
    title: 'The top-up is not credited',
    example: 'top-up auto-17 is processing; a receipt is of what was credited',
  },
  'receipt.no-seller': {
    status: 409,
    title: 'The stage does not say who sells',
    example: 'stage dev does not say who sells; deploy it with the context "seller"',
  },
  'billing-details.none': {
    status: 404,
    title: 'The account has no billing details',
    example: 'account acme has no billing details; PUT /v1/accounts/acme/billing-details sets them',
  },
  'billing-details.changed': {
    status: 409,
    title: 'The billing details are at another version',
    example: 'the billing details of acme are not at version 1 any more, or not yet; look at them again',
  },
  'top-up.nothing-to-retry': {
    status: 409,
    title: 'Automatic top-up neither waits nor is suspended',
    example: 'automatic top-up of acme is idle; there is nothing to try again',
  },
  'settings.changed': {
    status: 409,
    title: 'The settings were changed meanwhile',
    example: 'the settings of acme are at version 17, not 1; look at them again',
  },
  'limits.tier-removed': {
    status: 422,
    title: 'A tier can be archived, not removed',
    example: 'the tier low is missing; send it with "archived": true',
  },
  'limits.no-such-service': {
    status: 422,
    title: 'A ceiling is for a service or vendor that no rate card has a price for',
    example: '/ceilings/0/service: no price names openai/gpt4: nothing would be counted; did you mean "openai/gpt-4o"?',
  },
  'limits.no-such-tier': {
    status: 422,
    title: 'There is no such tier, or it takes nobody new',
    example:
      'account acme: there is no tier Hihg; did you mean "high"? (tiers: low, medium, high); GET /v1/accounts/acme/limits shows them',
  },
  'tier-assignments.wrong': {
    status: 422,
    title: 'Some lines can not be applied',
    example: '/line/4: there is no tier gold (and 2 more: see errors); nothing was changed',
  },
  'upgrade-request.open': {
    status: 409,
    title: 'The user has an open request for this category',
    example: 'u-17 has asked for more text this month already, and nobody has decided yet',
  },
  'upgrade-request.too-many': {
    status: 409,
    title: 'Too many requests wait in this account',
    example: 'acme has as many upgrade requests of this month as it can keep; decided ones count until the month ends',
  },
  'upgrade-request.not-higher': {
    status: 422,
    title: 'It would not be more than today',
    example: 'the tier low gives u-17 no more text than medium; ask for a higher one, or for an amount',
  },
  'upgrade-request.not-found': {
    status: 404,
    title: 'No such request of this month',
    example: 'account acme has no upgrade request aBcD this month; GET /v1/accounts/acme/upgrade-requests lists them',
  },
  'upgrade-request.decided': {
    status: 409,
    title: 'The request was decided otherwise',
    example: 'the upgrade request aBcD was decided before: nothing was granted',
  },
  'upgrade-request.phrase': {
    status: 409,
    title: 'Deciding all at once needs a typed phrase',
    example:
      'this decides 12 requests; send it with "phrase": "approve 12 requests of acme" and a new Idempotency-Key if that is meant',
  },
  'reservation.not-found': {
    status: 404,
    title: 'No such reservation',
    example: 'there is no reservation r-3Qk1xJ0cJ0m8S0n3m2v1Zg; it may have been forgotten, a week after it expired',
  },
  'reservation.charged': {
    status: 409,
    title: 'The reservation was charged',
    example: 'an event that names r-3Qk1xJ0cJ0m8S0n3m2v1Zg was charged; nothing is held any more',
  },
  'reservation.expired': {
    status: 409,
    title: 'The reservation has expired',
    example: 'r-3Qk1xJ0cJ0m8S0n3m2v1Zg expired at 2026-11-24T08:15:00.000Z; reserve again, with a new Idempotency-Key',
  },
  'reservation.settled': {
    status: 409,
    title: 'The reservation was settled before, with another amount',
    example: 'r-3Qk1xJ0cJ0m8S0n3m2v1Zg was settled before, with another amount',
  },
  'reservation.released': {
    status: 409,
    title: 'The reservation was released',
    example: 'r-3Qk1xJ0cJ0m8S0n3m2v1Zg was released; reserve again, with a new Idempotency-Key',
  },
  'idempotency.other-request': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    example:
      'the Idempotency-Key invoice-17 was used for another request of this kind; use a fresh key for a new request, or repeat the first one',
  },
  'idempotency.in-progress': {
    status: 409,
    title: 'The request is under way',
    example: 'an earlier attempt with this key has not answered yet; send it again after Retry-After seconds',
  },
  'route.not-found': {
    status: 404,
    title: 'No such route',
    example: 'GET /v1/openapi.json describes all routes',
  },
  'service.busy': {
    status: 503,
    title: 'Not possible at the moment',
    example: 'nothing is lost; send the same request with the same Idempotency-Key again after Retry-After seconds',
  },
  'rates.reprice-mismatch': {
    status: 500,
    title: 'The charge can not be priced again',
    example: 'the rates of its version do not give the stored credits; nothing is shown; tell the operator',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    example: 'tell the operator the request id 816d558e-b549-4307-99a6-2d7af6c0d6b0',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>

export type ProblemCode = keyof typeof problemKinds

/** Where something is wrong: a JSON pointer (RFC 6901) into the part of the request that the code names. */
export interface ProblemFault {
  readonly pointer: string
  readonly detail: string
}

/** An answer that is a refusal: thrown anywhere below a route, written as a problem document by the router. */
export class Problem extends GroschenError {
  readonly code: ProblemCode
  readonly fault: Fault
  readonly errors: readonly ProblemFault[]
  readonly retryAfterSeconds: number | undefined
  constructor(
    code: ProblemCode,
    detail: string,
    { errors = [], retryAfterSeconds }: { errors?: readonly ProblemFault[]; retryAfterSeconds?: number } = {},
  ) {
    super(detail)
    this.code = code
    this.fault = retryAfterSeconds === undefined ? 'caller' : 'retry'
    this.errors = errors
    this.retryAfterSeconds = retryAfterSeconds
  }
}
