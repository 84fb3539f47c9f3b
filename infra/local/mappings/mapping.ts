/** What feeds a function from a queue or a stream. */
export interface Mapping {
  /** Takes nothing new; resolves when what runs has ended. */
  readonly stop: () => Promise<void>
}

/** How long a source that does not answer is left alone. */
export const UNREACHABLE_PAUSE_MS = 500

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
