import { InvalidArgumentError } from 'commander'
import { type Instant, parseInstant } from '../../../../shared/time/instant.ts'
import { commandOf } from '../command-help.ts'
import { DEFAULT_DATA } from '../start-options.ts'

export interface LogOptions {
  readonly account: string
  readonly data: string
  /** From this time on. */
  readonly since: Instant | undefined
  /** Before this time. */
  readonly until: Instant | undefined
  readonly user: string | undefined
  readonly id: string | undefined
  readonly json: boolean
}

/** @throws CommanderError after it has said what is wrong */
export function readLogOptions(argv: readonly string[]): LogOptions {
  const command = commandOf(
    'npm run log --',
    'Shows an account log, in its order: what was credited and charged, to whom, when, and the balance after it.',
    'npm run log -- acme --data ./try --since 2026-11-23 --user u-17',
  )
    .argument('<account>', 'its id')
    .option('--data <dir>', 'where the data live', DEFAULT_DATA)
    .option('--since <time>', 'what happened from this time on: 2026-11-23T10:15:00Z, or a day, by UTC', readTime)
    .option('--until <time>', 'what happened before this time', readTime)
    .option('--user <name>', 'charges of this user alone')
    .option('--id <id>', 'the charge with this id, and how its price came about')
    .option('--json', 'one JSON object a line', false)
  command.parse(argv, { from: 'user' })
  const { data, since, until, user, id, json } = command.opts<Omit<LogOptions, 'account'>>()
  return { account: command.args[0] ?? '', data, since, until, user, id, json }
}

export function readTime(text: string): Instant {
  const time = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
  if (time !== undefined) return time
  throw new InvalidArgumentError('expected a time with its zone, such as 2026-11-23T10:15:00Z, or a day')
}
