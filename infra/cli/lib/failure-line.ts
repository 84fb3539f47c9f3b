import type { FunctionFailure } from '../../local/stack.ts'

/** A failure as the terminal says it: where, what, and the file that has the rest. */
export function failureLine({ function: name, what, requestId, route, file }: FunctionFailure): string {
  const request = requestId === undefined ? '' : ` (request ${requestId})`
  return `failed: ${route ?? name}: ${what}${request} -> ${file}`
}
