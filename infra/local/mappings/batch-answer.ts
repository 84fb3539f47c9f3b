import type { Message } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse } from 'aws-lambda'

/**
 * AWS, "Implementing partial batch responses": nothing, or an empty list, is a complete success; an identifier that is
 * missing, empty or not of this batch is a complete failure.
 */
export function failedIds(answer: unknown, messages: readonly Message[]): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId = '' }) => MessageId))
  const failures = (answer as Partial<SQSBatchResponse> | null | undefined)?.batchItemFailures
  if (failures === undefined || failures === null) return new Set()
  if (!Array.isArray(failures)) return all
  const ids = failures.map((failure) => (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier)
  return ids.every((id) => typeof id === 'string' && all.has(id)) ? new Set(ids as string[]) : all
}
