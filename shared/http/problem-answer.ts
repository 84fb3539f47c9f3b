import type { Logger } from '@aws-lambda-powertools/logger'
import * as z from 'zod/mini'
import { isTransient } from '../aws/transient.ts'
import { GroschenError } from '../errors/groschen-error.ts'
import { Problem, type ProblemCode, problemKinds } from '../errors/problems.ts'
import { OutOfTime } from '../ledger/io/commit/proposal.ts'
import type { Answer } from './answer.ts'
import { described } from './described.ts'

/** RFC 9457, with our `code` and `errors`. */
export const problemSchema = z
  .object({
    type: described(z.string(), 'A URI of the code; not fetched by anything'),
    title: z.string(),
    status: z.int().check(z.minimum(400), z.maximum(599)),
    detail: described(z.string(), 'What is wrong here, and what to do'),
    instance: described(z.string(), 'Holds the id of the request, by which its log is found'),
    code: described(z.string(), 'Stable: branch on this'),
    errors: z.optional(
      z.array(
        z.object({
          pointer: described(z.string(), 'A JSON pointer (RFC 6901) into the part of the request that the code names'),
          detail: z.string(),
        }),
      ),
    ),
  })
  .check(z.meta({ id: 'Problem', description: 'Problem details (RFC 9457)' }))

type ProblemDocument = z.infer<typeof problemSchema>

const PROBLEM_TYPES = 'https://groschen.dev/problems/'
const RETRY_SOON_SECONDS = 1

/** The problem document (RFC 9457) of a refusal; `instance` holds the request's id, by which the logs are found. */
export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  const { status, title } = problemKinds[problem.code]
  return {
    type: `${PROBLEM_TYPES}${problem.code}`,
    title,
    status,
    detail: problem.message,
    instance: `urn:groschen:request:${requestId}`,
    code: problem.code,
    ...(problem.errors.length > 0 && { errors: [...problem.errors] }),
  }
}

export function problemAnswer(problem: Problem, requestId: string): Answer {
  return {
    status: problemKinds[problem.code].status,
    body: problemDocument(problem, requestId),
    retryAfterSeconds: problem.retryAfterSeconds,
  }
}

/** The place of an error, for the log. */
export interface ErrorPlace {
  readonly logger: Pick<Logger, 'error' | 'warn'>
  readonly requestId: string
  /** Method and path with names of parameters: nothing of the request itself. */
  readonly route: string
}

/**
 * The problem that a caller sees of any error. A fault of the service shows only its code and the request's id: its message may
 * hold secrets of others. The message goes to the log.
 */
export function asProblem(error: unknown, { logger, requestId, route }: ErrorPlace): Problem {
  const code: ProblemCode = error instanceof Problem ? error.code : 'internal'
  if (error instanceof Problem && (problemKinds[code].status < 500 || error.retryAfterSeconds !== undefined))
    return error
  const fault = error instanceof Error ? error : new Error(String(error))
  if (isTemporary(fault)) {
    logger.warn('given back to the caller', { error: fault, requestId, route })
    return busy()
  }
  logger.error('a request failed', { error: fault, requestId, route })
  return new Problem(
    code,
    code === 'internal' ? `tell the operator the request id ${requestId}` : problemKinds[code].example,
  )
}

function isTemporary(error: Error): boolean {
  if (error instanceof GroschenError) return error.fault === 'retry'
  return error instanceof OutOfTime || isTransient(error)
}

/** Nothing is wrong with the request; it may succeed a moment later. */
const busy = (): Problem =>
  new Problem('service.busy', problemKinds['service.busy'].example, { retryAfterSeconds: RETRY_SOON_SECONDS })
