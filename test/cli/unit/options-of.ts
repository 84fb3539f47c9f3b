import type { CommandUnknownOpts } from '@commander-js/extra-typings'

/** The options that a command's action gets, and its first argument; the action does not run. @throws CommanderError */
export function optionsOf(command: CommandUnknownOpts, argv: readonly string[]): unknown {
  const inside = command as unknown as { _actionHandler: unknown }
  const action = inside._actionHandler
  try {
    command.action(() => undefined).parse(argv, { from: 'user' })
    return command.args.length === 0 ? command.opts() : { ...command.opts(), file: command.args[0] }
  } finally {
    inside._actionHandler = action
  }
}
