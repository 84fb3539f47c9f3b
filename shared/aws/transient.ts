import { GroschenError } from '../errors/groschen-error.ts'

/** AWS: what a request may be answered with although the same request can succeed a moment later. */
const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'TransactionConflictException',
])

/**
 * Whether an error of the SDK says nothing about what became of the request, or asks for patience.
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
