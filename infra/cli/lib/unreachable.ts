import { Failure } from './failure.ts'

/** Nothing answered at an address: no status, no refusal, and nobody knows whether the request arrived. */
export class Unreachable extends Failure {
  /** @param asked what was asked for, with its URL */
  constructor(asked: string, cause: unknown) {
    super(`${asked} can't be reached: ${reasonOf(cause)}`)
    this.cause = cause
  }
}

/** `fetch failed` says nothing; what it was caused by does. Of several addresses of a host the first one's is enough. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return reasonOf(error.cause)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error.message === '' ? error.name : error.message
}
