import { InvalidArgumentError, Option } from 'commander'
import { commandOf } from '../command-help.ts'
import { DEFAULT_DATA } from '../start-options.ts'

export interface RedriveOptions {
  readonly list: 'quarantine' | 'parked'
  /** What the API is asked for; at least one thing. */
  readonly which: {
    readonly day?: string
    readonly account?: string
    readonly service?: string
    readonly reason?: string
    readonly entries?: readonly string[]
  }
  readonly data: string
  readonly apiUrl: string | undefined
  readonly token: string | undefined
  readonly json: boolean
}

interface Given {
  readonly parked: boolean
  readonly day?: string
  readonly account?: string
  readonly service?: string
  readonly reason?: string
  readonly entry: readonly string[]
  readonly data: string
  readonly apiUrl?: string
  readonly token?: string
  readonly json: boolean
}

/** @throws CommanderError after it has said what is wrong */
export function readRedriveOptions(argv: readonly string[]): RedriveOptions {
  const command = commandOf(
    'npm run redrive --',
    'Judges quarantined events again, after the cause is mended: an account was opened, or a new version takes what another refused. Each is read anew from its original bytes and charged once, parked, or kept with the reason that it has now. Uses the stack that runs on the folder, or runs one meanwhile. Done again it changes nothing.',
    'npm run redrive -- --reason account.unknown --account acme',
  )
    .option('--parked', 'parked events instead; they are also redriven by themselves', false)
    .option('--day <day>', 'quarantined events whose messages were sent on this day, by UTC', readDay)
    .option('--account <id>', 'events that name this account')
    .option('--service <name>', 'events that name this service')
    .option('--reason <code>', 'events with this reason, such as event.schema')
    .option('--entry <entry>', 'this event alone, by `entry` of the list; as many as you name', collected, [])
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .option('--api-url <url>', 'a deployed API instead')
    .addOption(new Option('--token <token>', 'a token for that API').env('GROSCHEN_TOKEN'))
    .option('--json', 'one JSON object', false)
  command.parse(argv, { from: 'user' })
  const { parked, day, account, service, reason, entry, data, apiUrl, token, json } = command.opts<Given>()
  const which = {
    ...(day !== undefined && { day }),
    ...(account !== undefined && { account }),
    ...(service !== undefined && { service }),
    ...(reason !== undefined && { reason }),
    ...(entry.length > 0 && { entries: entry }),
  }
  if (Object.keys(which).length === 0)
    command.error('error: say which events, by --account, --reason, --day, --service or --entry')
  if (parked && day !== undefined) command.error('error: --day is of quarantined events')
  if (apiUrl !== undefined && token === undefined) command.error('error: --api-url needs --token')
  return { list: parked ? 'parked' : 'quarantine', which, data, apiUrl, token, json }
}

const collected = (one: string, before: readonly string[]): readonly string[] => [...before, one]

function readDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text
  throw new InvalidArgumentError('expected a day: 2026-11-23')
}
