/** A kind of refusal, or of failure. */
export interface ProblemKind {
  /** Of HTTP. */
  readonly status: number
  readonly title: string
  /** For the documentation: what is wrong, and what to do. */
  readonly example: string
}

export const kind = (status: number, title: string, example: string): ProblemKind => ({ status, title, example })
