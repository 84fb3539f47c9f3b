import { Command } from 'commander'

const STATUSES = `
Exit status:
  0        all is done; a parked event waits for its price, one that is ahead for its time
  1        something went wrong, or an event is quarantined or nowhere to be found
  2        called wrongly, or given what can't be read
  128 + n  ended by signal n before it was done`

/** A command of ours: its name as it is typed, what it does, and an example; errors point to --help. */
export const commandOf = (typed: string, description: string, example: string): Command =>
  new Command(typed)
    .description(description)
    .addHelpText('after', `\nExample:\n  ${example}\n${STATUSES}`)
    .showHelpAfterError('(--help lists the options)')
    .allowExcessArguments(false)
    .exitOverride()
