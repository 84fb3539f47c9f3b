/** What a route answers with; the router makes the HTTP response of it. */
export interface Answer {
  readonly status: number
  /** JSON, or a `TextBody`; of 304 none. */
  readonly body: unknown
  readonly retryAfterSeconds?: number | undefined
  /** Names the state that is shown: a caller that has it asks for nothing more (RFC 9110, 13.1.2). */
  readonly etag?: string | undefined
}

/** A body that is no JSON. */
export class TextBody {
  readonly type: string
  readonly text: string
  constructor(type: string, text: string) {
    this.type = type
    this.text = text
  }
}

export const PROBLEM_TYPE = 'application/problem+json'
export const JSON_TYPE = 'application/json'
