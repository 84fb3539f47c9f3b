import { Option } from 'commander'
import { commandOf } from '../command-help.ts'
import { DEFAULT_DATA } from '../start-options.ts'
import type { TraceColumns } from './read-trace.ts'
import type { At, Ids } from './trace-events.ts'

export interface ReplayOptions {
  readonly file: string
  readonly data: string
  readonly at: At
  readonly ids: Ids
  readonly json: boolean
  readonly account: string
  readonly service: string
  readonly user: string
  readonly columns: TraceColumns
}

interface Flags extends Omit<ReplayOptions, 'file' | 'columns'> {
  readonly timeColumn: string
  readonly inputColumn: string
  readonly outputColumn: string
}

/** @throws CommanderError after it has said what is wrong */
export function readReplayOptions(argv: readonly string[]): ReplayOptions {
  const command = commandOf(
    'npm run replay --',
    "Publishes a CSV of calls as usage events, one a row, and says what became of them. Opens the account if there is none, and grants it once what the file costs at the demo's prices.",
    'npm run replay -- calls.csv --at now --json',
  )
    .argument('<file>', 'a CSV file with a header')
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .addOption(
      new Option('--at <when>', "the trace's own times, or moved to end at its first replay")
        .choices(['original', 'now'])
        .default('original'),
    )
    .addOption(
      new Option('--ids <kind>', 'account-bound ids, or plain ones of the other path')
        .choices(['bound', 'plain'])
        .default('bound'),
    )
    .option('--json', 'write nothing to standard output but the JSON object', false)
    .option('--account <id>', 'who pays; opened if it is not there', 'trace')
    .option('--service <vendor/model>', 'what was called', 'openai/gpt-4o')
    .option('--user <name>', 'who called', 'trace')
    .option('--time-column <name>', 'its name in the header', 'TIMESTAMP')
    .option('--input-column <name>', 'its name in the header', 'ContextTokens')
    .option('--output-column <name>', 'its name in the header', 'GeneratedTokens')
  command.parse(argv, { from: 'user' })
  const { timeColumn, inputColumn, outputColumn, ...flags } = command.opts<Flags>()
  const columns = { time: timeColumn, input: inputColumn, output: outputColumn }
  return { ...flags, file: command.args[0] ?? '', columns }
}
