import { kind } from './problem-kind.ts'

/** Problems of rate cards, models and estimates. */
export const pricingProblems = {
  'rate-card.not-found': kind(404, 'No such rate card', 'there is no version 7; GET /v1/rate-cards lists them'),
  'draft.not-found': kind(
    404,
    'No such draft',
    'there is no draft 0f1e2d3c4b5a6978; GET /v1/rate-card-drafts lists them',
  ),
  'draft.changed': kind(
    409,
    'The draft was edited meanwhile',
    'draft 0f1e2d3c4b5a6978 is at revision 3, edited by olga at 2026-11-24T08:00:00.000Z, not at 2',
  ),
  'rate-card.in-force': kind(
    422,
    'The rate card takes effect too soon, or has already',
    'version 7 prices usage from 2026-11-23T10:00:00.000Z on; publish a corrected version instead',
  ),
  'rate-card.refused': kind(
    422,
    'The rate card can not be published',
    'see errors; publish the corrected card with a new Idempotency-Key',
  ),
  'estimate.out-of-range': kind(
    422,
    'One use would cost more than one usage event may',
    'one use of openai/gpt-4o would cost more than 10000000 €; take smaller quantities',
  ),
  'estimate.too-large': kind(
    422,
    'Too many charges for one estimate',
    'the charges of 90 days are too many to look at in one request; ask for fewer days',
  ),
  'model.not-found': kind(
    404,
    'No such model',
    'no price names openai/gpt-9; GET /v1/models?search= finds what is there',
  ),
  'models.too-large': kind(
    422,
    'Too many prices for one table',
    'the table has more than 5 MB; ask for one vendor at a time: ?vendor=',
  ),
  'rates.reprice-mismatch': kind(
    500,
    'The charge can not be priced again',
    'the rates of its version do not give the stored credits; nothing is shown; tell the operator',
  ),
} as const
