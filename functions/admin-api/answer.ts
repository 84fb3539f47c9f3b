/** What a route answers with; the router makes the HTTP response of it. */
export interface Answer {
  readonly status: number
  /** JSON. */
  readonly body: unknown
  readonly retryAfterSeconds?: number | undefined
}

export const PROBLEM_TYPE = 'application/problem+json'
export const JSON_TYPE = 'application/json'
