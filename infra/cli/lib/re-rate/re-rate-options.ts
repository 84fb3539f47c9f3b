import { InvalidArgumentError, Option } from 'commander'
import { type Instant, instantText } from '../../../../shared/time/instant.ts'
import { commandOf } from '../command-help.ts'
import { readTime } from '../log/log-options.ts'
import { DEFAULT_DATA } from '../start-options.ts'

export interface ReRateOptions {
  /** `undefined`: all. */
  readonly accounts: readonly string[] | undefined
  /** What the API is asked for, the same for each account; without `dryRun`. */
  readonly order: {
    readonly from: string
    readonly to: string
    readonly rateCard: number
    readonly services?: readonly string[]
    readonly reason: string
    readonly reference?: string
  }
  readonly apply: boolean
  readonly data: string
  readonly apiUrl: string | undefined
  readonly token: string | undefined
  readonly json: boolean
}

interface Given {
  readonly account: readonly string[]
  readonly all: boolean
  readonly from: Instant
  readonly to: Instant
  readonly rateCard: number
  readonly service: readonly string[]
  readonly reason: string
  readonly reference?: string
  readonly apply: boolean
  readonly data: string
  readonly apiUrl?: string
  readonly token?: string
  readonly json: boolean
}

/** @throws CommanderError after it has said what is wrong */
export function readReRateOptions(argv: readonly string[]): ReRateOptions {
  const command = commandOf(
    'npm run re-rate --',
    'Puts charges right that a wrong price made: each then has cost what a published version of the rate card says. Shows what it comes to, account by account, and writes nothing unless told to apply it. Done again it changes nothing; interrupted, run it again.',
    'npm run re-rate -- --account acme --from 2026-11-01 --to 2026-11-23 --rate-card 4 --reason "price of version 3 was wrong"',
  )
    .option('--account <id>', 'an account; as many as you name', collected, [])
    .option('--all', 'every account', false)
    .requiredOption(
      '--from <time>',
      'charges of event times from here on: 2026-11-01T10:15:00Z, or a day, by UTC',
      readTime,
    )
    .requiredOption('--to <time>', 'and before this', readTime)
    .requiredOption('--rate-card <version>', 'the version that says what they should have cost', readVersion)
    .requiredOption('--reason <sentence>', 'why; stands in the log')
    .option('--reference <text>', 'a ticket or invoice; stands in the log')
    .option('--service <name>', 'charges of this service alone; as many as you name', collected, [])
    .option('--apply', 'write the corrections', false)
    .option('--data <dir>', 'the folder of the stack that runs here', DEFAULT_DATA)
    .option('--api-url <url>', 'a deployed API instead')
    .addOption(new Option('--token <token>', 'a token for that API').env('GROSCHEN_TOKEN'))
    .option('--json', 'one JSON object for each account, then one for all', false)
  command.parse(argv, { from: 'user' })
  const { account, all, from, to, service, rateCard, reason, reference, apiUrl, token, ...rest } = command.opts<Given>()
  if (all === account.length > 0) command.error('error: name accounts by --account, or say --all')
  if (from >= to) command.error('error: --to has to be after --from')
  if (apiUrl !== undefined && token === undefined) command.error('error: --api-url needs --token')
  const order = {
    from: instantText(from),
    to: instantText(to),
    rateCard,
    reason,
    ...(service.length > 0 && { services: service }),
    ...(reference !== undefined && { reference }),
  }
  return { ...rest, accounts: all ? undefined : [...new Set(account)], order, apiUrl, token }
}

const collected = (one: string, before: readonly string[]): readonly string[] => [...before, one]

function readVersion(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a version: 1, 2, 3, …')
}
