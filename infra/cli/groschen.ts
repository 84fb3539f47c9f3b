import tab from '@bomb.sh/tab/commander'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Command as PlainCommand } from 'commander'
import { newCommand, runCommand, STATUSES } from './lib/command.ts'

interface Listed {
  readonly summary: string
  readonly load: () => Promise<CommandUnknownOpts>
}

/** Every command. Only the one that is called is loaded: the others' packages would take a second. */
const COMMANDS: Readonly<Record<string, Listed>> = {
  start: {
    summary: 'run Groschen on this machine, with a demo',
    load: async () => (await import('./commands/start.ts')).start,
  },
  publish: {
    summary: 'publish usage events, and show what became of each',
    load: async () => (await import('./commands/publish.ts')).publish,
  },
  replay: { summary: 'publish a CSV of calls', load: async () => (await import('./commands/replay.ts')).replay },
  log: { summary: "show an account's log", load: async () => (await import('./commands/log.ts')).log },
  explain: {
    summary: 'show how the price of one charge came about',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  verify: {
    summary: 'recompute every log, price, marker and snapshot from what is stored',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  checkpoint: {
    summary: 'write the heads of all logs, for verify --since-checkpoint',
    load: async () => (await import('./commands/checkpoint.ts')).checkpoint,
  },
  rebuild: {
    summary: 'drop the snapshots and fold the logs again',
    load: async () => (await import('./commands/rebuild.ts')).rebuild,
  },
  reconcile: {
    summary: "hold the provider's payments against the credits in the logs",
    load: async () => (await import('./commands/reconcile.ts')).reconcile,
  },
  restore: {
    summary: 'after a log table came back from a backup: append the pages that it lacks',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  redrive: {
    summary: 'judge quarantined or parked events again',
    load: async () => (await import('./commands/redrive.ts')).redrive,
  },
  're-rate': {
    summary: 'put right what a wrong price charged',
    load: async () => (await import('./commands/re-rate.ts')).reRate,
  },
  'import-prices': {
    summary: 'make a draft of a rate card from public list prices',
    load: async () => (await import('./commands/import-prices.ts')).importPrices,
  },
  token: {
    summary: 'print a token for the stack on this machine',
    load: async () => (await import('./commands/token.ts')).token,
  },
}

const DESCRIPTION = `Exact prepaid credits for AI platforms: the operator's commands.

A command works on a data folder of this machine (--data, default .groschen) or on a deployed stage (--stage, by the outputs of its stack).
With --json it writes nothing to standard output but JSON, one object a line. Progress and remarks go to standard error.`

/** @param words the command line: the command that it names is loaded whole */
export async function groschen(words: readonly string[]): Promise<Command> {
  const program = new Command('groschen')
    .description(DESCRIPTION)
    .addHelpText('after', `\n${STATUSES}`)
    .exitOverride()
    .showHelpAfterError('(groschen help lists the commands)')
  const called = words.find((word) => COMMANDS[word] !== undefined)
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = name === called ? await load() : newCommand(name, summary, '')
    program.addCommand(command.summary(summary))
  }
  // Tells shells what may come next; `groschen completion bash` writes the script that asks it.
  tab(program as unknown as PlainCommand, { completionCommandName: 'completion' })
  program.commands
    .find((one) => one.name() === 'completion')
    ?.summary('print a script that completes commands in a shell')
    .description('Prints a script that completes commands and options in a shell.')
  return program
}

/** Runs the command line of this process, and leaves with its status. */
export const runGroschen = async (): Promise<void> => runCommand(await groschen(process.argv.slice(2)))
