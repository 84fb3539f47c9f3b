import { styleText } from 'node:util'
import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { Failure, MISUSED } from './failure.ts'

/** What the status of a command means. */
export const STATUSES = `Exit status:
  0        all is done; a parked event waits for its price
  1        something went wrong or is not as it must be, or an event is quarantined or missing
  2        called wrongly, or given something that can't be read
  128 + n  ended by signal n before it was done`

/** Begins a command; its action sets `process.exitCode` where the status is not 0. */
export function newCommand(name: string, description: string, example: string) {
  const command = new Command(name)
    .description(description)
    .addHelpText('after', `\nExample:\n  ${example}\n\n${STATUSES}`)
    .allowExcessArguments(false)
    .exitOverride()
  // Commander names the option nearest to an unknown one. All that there are follow; they are known only when it fails.
  return command.configureOutput({
    outputError: (text, write) => {
      const flags = command.options.flatMap(({ long, hidden }) => (hidden || long === undefined ? [] : [long]))
      write(`${text}${flags.length === 0 ? '' : `(options: ${flags.join(', ')}; --help explains them)\n`}`)
    },
  })
}

/** Runs a command to its end and leaves with its status. An error is shown in one line; with DEBUG also its stack. */
export async function runCommand(command: CommandUnknownOpts): Promise<void> {
  // A reader that left, as `head` does, is no reason to leave work half done.
  process.stdout.on('error', () => undefined)
  await command.parseAsync().catch((error: unknown) => {
    process.exitCode = statusOf(error)
  })
  // Does not wait for an empty event loop: kept-alive connections hold it open for seconds.
  process.stdout.write('', () => process.exit())
}

function statusOf(error: unknown): number {
  // Commander has shown its error itself; its exit code is 0 after --help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${styleText('red', 'error:', { stream: process.stderr })} ${message}\n`)
  if (process.env['DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return error instanceof Failure ? error.exitCode : 1
}
