/** A kind of refusal, or of failure. */
export interface ProblemKind {
  /** Of HTTP. */
  readonly status: number
  readonly title: string
  /** An example for the documentation: the cause, and what to do. */
  readonly example: string
}

export const kind = (status: number, title: string, example: string): ProblemKind => ({ status, title, example })
