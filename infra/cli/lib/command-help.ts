import { Command } from 'commander'

const STATUSES = `
Exit status:
  0        all is done; a parked event waits for its price
  1        something went wrong, or an event is quarantined or nowhere to be found
  2        called wrongly, or given what can't be read
  128 + n  ended by signal n before it was done`

/** A command of ours: its name as it is typed, what it does, and an example; errors list the options and point to --help. */
export function commandOf(typed: string, description: string, example: string): Command {
  const command = new Command(typed)
    .description(description)
    .addHelpText('after', `\nExample:\n  ${example}\n${STATUSES}`)
    .allowExcessArguments(false)
    .exitOverride()
  // Only now is known which options it has. The nearest to an unknown one is named by commander.
  return command.configureOutput({
    outputError: (text, write) => {
      const flags = command.options.map(({ long, short }) => long ?? short).join(', ')
      write(`${text}(options: ${flags}; --help explains them)\n`)
    },
  })
}
