/** What a route answers with; the router makes the HTTP response of it. */
export interface Answer {
  readonly status: number
  /** JSON, or a `FileBody`; of 304 none. */
  readonly body: unknown
  readonly retryAfterSeconds?: number | undefined
  /** Names the state that is shown: a caller that has it asks for nothing more (RFC 9110, 13.1.2). */
  readonly etag?: string | undefined
}

/** A body that is no JSON: text, or bytes. */
export class FileBody {
  readonly type: string
  readonly content: string | Uint8Array<ArrayBuffer>
  constructor(type: string, content: string | Uint8Array<ArrayBuffer>) {
    this.type = type
    this.content = content
  }
}

export const PROBLEM_TYPE = 'application/problem+json'
export const JSON_TYPE = 'application/json'
