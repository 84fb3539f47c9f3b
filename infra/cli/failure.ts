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

export const misused = (message: string): Failure => new Failure(message, MISUSED)
