/** Something that a person can do something about: shown as a message, without a stack trace. */
export class Failure extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The command was called wrongly, or given something that can't be read. */
export const MISUSED = 2

/** Reads something of a file; what is wrong with it is said with the file's name. */
export function naming<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Failure ? new Failure(`${file}: ${error.message}`, error.exitCode) : error
  }
}

export const misused = (message: string): Failure => new Failure(message, MISUSED)
