import { kind } from './problem-kind.ts'

/** Problems of the request itself, and of the service. */
export const requestProblems = {
  'request.not-json': kind(400, 'The body is not JSON', 'the body is empty; send one JSON object in UTF-8'),
  'request.body': kind(
    400,
    'The body is not what this route takes',
    '/amount/eur: is below 0; expected an amount above 0',
  ),
  'request.query': kind(
    400,
    'The query is not what this route takes',
    '/limit: expected a whole number from 1 to 100, found "0"',
  ),
  'request.path': kind(
    400,
    'The path is not what this route takes',
    '/account: expected 2 to 63 lower-case letters, digits or hyphens',
  ),
  'request.idempotency-key': kind(
    400,
    'The Idempotency-Key is missing or not usable',
    'the header Idempotency-Key is missing; send 1 to 128 visible ASCII characters: a fresh UUID for a new request, the same again to repeat one',
  ),
  'request.media-type': kind(
    415,
    'The body has another media type',
    'the header Content-Type is missing; send a JSON object with Content-Type: application/json',
  ),
  'request.too-large': kind(413, 'The body is too large', 'the body has 4194305 bytes; at most 4194304 are taken'),
  'answer.too-large': kind(
    422,
    'The answer is too large',
    'the answer has 7000000 bytes, and at most 6200000 can be answered; ask for a part of it',
  ),
  'idempotency.other-request': kind(
    422,
    'The Idempotency-Key was used for another request',
    'the Idempotency-Key invoice-17 was used for another request of this kind; use a fresh key for a new request, or repeat the first one',
  ),
  'idempotency.in-progress': kind(
    409,
    'The request is under way',
    'an earlier attempt with this key has not answered yet; send it again after Retry-After seconds',
  ),
  'route.not-found': kind(404, 'No such route', 'GET /v1/openapi.json describes all routes'),
  'service.busy': kind(
    503,
    'Not possible at the moment',
    'nothing is lost; send the same request with the same Idempotency-Key again after Retry-After seconds',
  ),
  internal: kind(
    500,
    'Something failed on our side',
    'tell the operator the request id 816d558e-b549-4307-99a6-2d7af6c0d6b0',
  ),
} as const
