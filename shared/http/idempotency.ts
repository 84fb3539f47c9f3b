import { sha256, sha256Hex, toBase64Url } from '../digest/sha256.ts'
import { Problem, problemKinds } from '../errors/problems.ts'
import { type Instant, SECOND_MS } from '../time/instant.ts'
import type { Answer } from './answer.ts'
import { claimRequest, giveUp, type RequestClaim, type RequestsTable, recordAnswer } from './io/requests-table.ts'

/** A request that writes, as far as repeats go. */
export interface RepeatableRequest {
  readonly operationId: string
  /** The account in the path, else who asks: equal keys of two accounts are two requests. */
  readonly scope: string
  readonly idempotencyKey: string
  /** What it asks for, as it was read, and of what: spaces and the order of names make no other request. */
  readonly params: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** What an attempt ended with. */
export interface Attempt {
  readonly answer: Answer
  /** Whether it is the answer to every repeat. Of what could not be judged, or found nothing to work on, nothing is kept. */
  readonly isFinal: boolean
}

/**
 * Answers a request once: its repeats get the same answer, for 48 hours.
 *
 * The record is a cache of answers, not what makes an effect happen once: a crash between effect and record leaves an
 * attempt that may be taken over, and the next one finds its own entry, page or card by the key it was written with.
 *
 * @throws Problem when the key was used for another request, or an attempt is under way
 */
export async function answerOnce(
  requests: RequestsTable,
  request: RepeatableRequest,
  attempt: { readonly id: string; readonly now: () => Instant },
  work: () => Promise<Attempt>,
): Promise<Answer> {
  const claim = claimOf(request, attempt.id)
  const claimed = await claimRequest(requests, claim, attempt.now())
  switch (claimed.kind) {
    case 'answered':
      return { status: claimed.answer.status, body: JSON.parse(claimed.answer.body) }
    case 'other-request':
      throw new Problem(
        'idempotency.other-request',
        `the Idempotency-Key ${request.idempotencyKey} was used for another request of this kind; use a fresh key for a new request, or repeat the first one`,
      )
    case 'running':
      throw inProgress(claimed.until - attempt.now())
    case 'ours':
      return await attemptOnce(requests, claim, work)
  }
}

async function attemptOnce(
  requests: RequestsTable,
  claim: RequestClaim,
  work: () => Promise<Attempt>,
): Promise<Answer> {
  let done: Attempt
  try {
    done = await work()
  } catch (error) {
    await giveUp(requests, claim)
    throw error
  }
  const { answer, isFinal } = done
  if (isFinal) await recordAnswer(requests, claim, { status: answer.status, body: JSON.stringify(answer.body) })
  else await giveUp(requests, claim)
  return answer
}

/** JSON keeps the parts apart, also where one holds the separator. */
function claimOf(
  { operationId, scope, idempotencyKey, params, body }: RepeatableRequest,
  attempt: string,
): RequestClaim {
  const key = toBase64Url(sha256(JSON.stringify([operationId, scope, idempotencyKey])), 32)
  return { key, fingerprint: sha256Hex(JSON.stringify([params, body])), attempt }
}

function inProgress(milliseconds: number): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil(milliseconds / SECOND_MS))
  return new Problem('idempotency.in-progress', problemKinds['idempotency.in-progress'].example, { retryAfterSeconds })
}
