/** Something that a person can mend: shown as one line, without a stack trace. */
export class Failure extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The command was called wrongly, or given something that can't be read. */
export const MISUSED = 2

export const misused = (message: string): Failure => new Failure(message, MISUSED)

/** Reads something of a file; a failure gets the file's name. */
export function naming<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Failure ? new Failure(`${file}: ${error.message}`, error.exitCode) : error
  }
}

/** Nothing answered at an address, so it is not known whether the request arrived. */
export class Unreachable extends Failure {
  /** @param request what was asked for, with its URL */
  constructor(request: string, cause: unknown) {
    super(`${request} can't be reached: ${reasonOf(cause)}`)
    this.cause = cause
  }
}

/** `fetch failed` says nothing; its cause does. Of several addresses of a host the first one's reason is enough. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return reasonOf(error.cause)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error.message === '' ? error.name : error.message
}
