import { styleText } from 'node:util'
import { CommanderError } from 'commander'
import { Failure, MISUSED } from './failure.ts'

/** Runs a command to its end and leaves with its exit status. What goes wrong is said in one line; DEBUG shows where. */
export async function runCommand(command: (argv: readonly string[]) => Promise<number>): Promise<void> {
  // A reader that left, as `head` does, is no reason to leave work half done.
  process.stdout.on('error', () => undefined)
  const status = await command(process.argv.slice(2)).catch(statusOf)
  // Not by waiting for an empty event loop: kept-alive connections hold it open for seconds.
  process.stdout.write('', () => process.exit(status))
}

function statusOf(error: unknown): number {
  // commander has said itself what is wrong; its exit code is 0 after --help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${styleText('red', 'error:', { stream: process.stderr })} ${message}\n`)
  if (process.env['DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return error instanceof Failure ? error.exitCode : 1
}
