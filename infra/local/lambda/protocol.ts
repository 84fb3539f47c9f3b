/** To a function's process: one invocation at a time. */
export interface Invoke {
  readonly requestId: string
  readonly event: unknown
  /** When the function is stopped, ms since 1970. */
  readonly deadline: number
}

/** From it. A result is JSON, as Lambda hands it on; absent where the handler returned nothing. */
export type Answered =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly requestId: string; readonly json: string | undefined }
  | { readonly kind: 'error'; readonly requestId: string; readonly message: string }
