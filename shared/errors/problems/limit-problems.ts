import { kind } from './problem-kind.ts'

/** Problems of settings, limits, upgrade requests and reservations. */
export const limitProblems = {
  'settings.changed': kind(
    409,
    'The settings were changed meanwhile',
    'the settings of acme are at version 17, not 1; look at them again',
  ),
  'limits.tier-removed': kind(
    422,
    'A tier can be archived, not removed',
    'the tier low is missing; send it with "archived": true',
  ),
  'limits.no-such-service': kind(
    422,
    'A ceiling is for a service or vendor that no rate card has a price for',
    '/ceilings/0/service: no price names openai/gpt4: nothing would be counted; did you mean "openai/gpt-4o"?',
  ),
  'limits.no-such-tier': kind(
    422,
    'There is no such tier, or it is archived and takes no new users',
    'account acme: there is no tier Hihg; did you mean "high"? (tiers: low, medium, high); GET /v1/accounts/acme/limits shows them',
  ),
  'tier-assignments.wrong': kind(
    422,
    'Some lines can not be applied',
    '/line/4: there is no tier gold (and 2 more: see errors); nothing was changed',
  ),
  'upgrade-request.open': kind(
    409,
    'The user has an open request for this category',
    'u-17 already has an open request for more text this month',
  ),
  'upgrade-request.too-many': kind(
    409,
    'Too many requests wait in this account',
    'acme has as many upgrade requests of this month as it can keep; decided ones count until the month ends',
  ),
  'upgrade-request.not-higher': kind(
    422,
    'It would not be more than today',
    'the tier low gives u-17 no more text than medium; ask for a higher one, or for an amount',
  ),
  'upgrade-request.not-found': kind(
    404,
    'No such request of this month',
    'account acme has no upgrade request aBcD this month; GET /v1/accounts/acme/upgrade-requests lists them',
  ),
  'upgrade-request.decided': kind(
    409,
    'The request was decided otherwise',
    'the upgrade request aBcD was decided before: nothing was granted',
  ),
  'upgrade-request.phrase': kind(
    409,
    'Deciding all at once needs a typed phrase',
    'this decides 12 requests; send it with "phrase": "approve 12 requests of acme" and a new Idempotency-Key if that is meant',
  ),
  'reservation.not-found': kind(
    404,
    'No such reservation',
    'there is no reservation r-3Qk1xJ0cJ0m8S0n3m2v1Zg; it may have been forgotten, a week after it expired',
  ),
  'reservation.charged': kind(
    409,
    'The reservation was charged',
    'an event that names r-3Qk1xJ0cJ0m8S0n3m2v1Zg was charged; nothing is held any more',
  ),
  'reservation.expired': kind(
    409,
    'The reservation has expired',
    'r-3Qk1xJ0cJ0m8S0n3m2v1Zg expired at 2026-11-24T08:15:00.000Z; reserve again, with a new Idempotency-Key',
  ),
  'reservation.settled': kind(
    409,
    'The reservation was settled before, with another amount',
    'r-3Qk1xJ0cJ0m8S0n3m2v1Zg was settled before, with another amount',
  ),
  'reservation.released': kind(
    409,
    'The reservation was released',
    'r-3Qk1xJ0cJ0m8S0n3m2v1Zg was released; reserve again, with a new Idempotency-Key',
  ),
} as const
