import { GroschenError } from '../errors/groschen-error.ts'

/** AWS: errors after which the same request can succeed a moment later. */
const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'TransactionConflictException',
])

/**
 * Whether an error of the SDK leaves the request's outcome unknown, or asks to try again.
 *
 * Lost connections, timeouts, throttles and faults of the service; never a refusal such as a failed validation.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof GroschenError) return false
  if (THROTTLES.has(error.name)) return true
  const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode
  if (status !== undefined) return status >= 500
  return 'code' in error || error.name === 'TimeoutError' || error.name === 'AbortError'
}
