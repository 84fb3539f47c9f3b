import { Option } from 'commander'
import { commandOf } from '../command-help.ts'
import { DEFAULT_DATA } from '../start-options.ts'

export interface PublishOptions {
  /** `-`: standard input. */
  readonly file: string
  readonly data: string
  readonly queueUrl: string | undefined
  readonly apiUrl: string | undefined
  readonly token: string | undefined
}

/** @throws CommanderError after it has said what is wrong */
export function readPublishOptions(argv: readonly string[]): PublishOptions {
  const command = commandOf(
    'npm run publish --',
    'Publishes one usage event or a JSON array of them, and says what became of each. A parked event waits for its price.',
    'npm run publish -- event.json',
  )
    .argument('<file>', 'a JSON file; - reads standard input')
    .option('--data <dir>', 'the folder of the stack that runs here', DEFAULT_DATA)
    .option('--queue-url <url>', 'a deployed queue instead; credentials come from the AWS settings of this machine')
    .option('--api-url <url>', 'the deployed API that says what became of them')
    .addOption(new Option('--token <token>', 'a token for that API').env('GROSCHEN_TOKEN'))
  command.parse(argv, { from: 'user' })
  const { data, queueUrl, apiUrl, token } = command.opts<Omit<PublishOptions, 'file'>>()
  if ((apiUrl !== undefined && token === undefined) || (apiUrl !== undefined && queueUrl === undefined)) {
    command.error('error: --api-url needs --queue-url and --token')
  }
  return { file: command.args[0] ?? '', data, queueUrl, apiUrl, token }
}
